// Take the secret of a one-time link out of the address bar before anything else sees it.

export const SIGN_IN_PATH = '/sign-in'

/** `#/sign-in?link=SECRET`: what stands behind the `#` is never sent to a server, so it is in no log. */
export function linkIn(hash: string): string | undefined {
  const [path, query] = hash.replace(/^#/, '').split('?')
  if (path !== SIGN_IN_PATH) return undefined
  return new URLSearchParams(query).get('link') || undefined
}

/**
 * Report each secret that the address bar shows, now and whenever somebody pastes another link, and remove it at once.
 * Call it before the router is made: it must be the first to hear of a change.
 */
export function takeLinks(window: Window, found: (link: string) => void): void {
  const take = () => {
    const link = linkIn(window.location.hash)
    if (link === undefined) return
    window.history.replaceState(null, '', `${window.location.pathname}#${SIGN_IN_PATH}`)
    found(link)
  }
  // Both, because a browser tells of a new fragment by `popstate` first, and the router listens to that.
  window.addEventListener('popstate', take)
  window.addEventListener('hashchange', take)
  take()
}
