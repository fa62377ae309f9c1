// Where a server can be reached: a DNS name, or an address of either family.

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
const IP4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
// RFC 3696 §2: the last label is not all digits, so that no name can be taken for an address.
const NAME = new RegExp(`^(?:${LABEL}\\.)*(?![0-9]+$)${LABEL}$`, 'i')

export function isAddress(host: string): boolean {
  return IP4.test(host) || (/^[0-9a-f.]*:[0-9a-f:.]*$/i.test(host) && URL.canParse(`https://[${host}]`))
}

/** At most 64 characters: it stands in a certificate as a common name as well, RFC 5280 appendix A. */
export function isDnsName(host: string): boolean {
  return host.length <= 64 && NAME.test(host)
}
