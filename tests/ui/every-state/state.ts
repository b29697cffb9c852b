import type { Page } from 'playwright-core'

/** A state of the UI: where it is, what leads to it, and what shows that it is there. */
export interface State {
  readonly name: string
  /** Address below /admin. */
  readonly at: string
  /** Leads there from the page at the address. */
  readonly reach?: (page: Page) => Promise<unknown>
  /** What else leads there on a narrow screen. */
  readonly narrowly?: (page: Page) => Promise<unknown>
  /** Text that is visible then. */
  readonly see: string | RegExp
  /** Whether something is left unsaved that later states must not meet. */
  readonly spoils?: boolean
  /** The picture of the guide that shows it. */
  readonly picture?: string
}

/** A page while its data is on the way, and when the service could not tell it. */
export interface Interrupted {
  readonly at: string
  /** Paths of the requests that are held, and then answered with 500. */
  readonly held: RegExp
  /** What is asked for by hand. */
  readonly reach?: (page: Page) => Promise<unknown>
  /** What is visible meanwhile, where it is not that something is loading. */
  readonly meanwhile?: string
  /** What it says then, where it is not that it did not work. */
  readonly then?: string
}
