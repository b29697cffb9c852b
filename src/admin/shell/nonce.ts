/** The nonce that this page's content security policy allows style elements with. */
export const nonce =
  document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
