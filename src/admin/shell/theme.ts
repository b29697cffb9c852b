import {
  Anchor,
  Badge,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  Modal,
  Table,
} from '@mantine/core'

/** A dialog's head is not the head of the page, which a `header` outside of an article is. */
const dialog = {
  attributes: { header: { role: 'presentation' } },
  closeButtonProps: { 'aria-label': 'Close' },
}

/** What is listed to choose from scrolls by itself, so that the field beside it can move through it. */
const choices = {
  withScrollArea: false,
  styles: { options: { maxHeight: 220, overflowY: 'auto' } },
} as const

export const theme = createTheme({
  primaryColor: 'indigo',
  respectReducedMotion: true,
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  components: {
    Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
    // Choices follow their field, also in a dialog and for those who hear the page. The components
    // are told by name: importing them here would load them with the first page.
    Combobox: { defaultProps: { withinPortal: false, floatingStrategy: 'fixed' } },
    Autocomplete: { defaultProps: choices },
    MultiSelect: { defaultProps: choices },
    Select: { defaultProps: choices },
    TagsInput: { defaultProps: choices },
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'sm', tt: 'none', style: { flexShrink: 0 } },
    }),
    Modal: Modal.extend({ defaultProps: dialog }),
    Drawer: Drawer.extend({ defaultProps: dialog }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'xs', highlightOnHover: true } }),
  },
})

/** Tints on which the darkest shade of their colour has a contrast of 4.5 to 1. */
const TINTS: Readonly<Record<string, string>> = Object.fromEntries(
  ['gray', 'red', 'grape', 'indigo', 'blue', 'teal'].flatMap((color) => [
    [`--mantine-color-${color}-light`, `var(--mantine-color-${color}-0)`],
    [`--mantine-color-${color}-light-hover`, `var(--mantine-color-${color}-1)`],
  ]),
)

/** Muted text keeps a contrast of 4.5 to 1 in both schemes. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...TINTS,
    '--mantine-color-yellow-light-color': '#7a4a00',
    '--mantine-color-teal-light-color': '#066649',
    '--mantine-color-dimmed': '#5c636b',
    '--mantine-color-placeholder': '#6b737b',
    '--mantine-color-anchor': '#3b5bdb',
    '--mantine-color-error': '#c92a2a',
    '--facet-surface': '#f7f8fa',
  },
  dark: {
    '--mantine-color-dimmed': '#a6acb3',
    '--mantine-color-placeholder': '#9aa1a9',
    '--mantine-color-anchor': '#91a7ff',
    '--mantine-color-error': '#ff8787',
    '--facet-surface': '#1b1c1f',
  },
})
