/** An address as its eight 16-bit parts; IPv4 is seen as IPv6 that maps it. */
type Address = readonly number[]

/** A block of addresses; `bits` counts from the left of 128. */
export interface IpRange {
  readonly address: Address
  readonly bits: number
}

const IPV6_PARTS = 8
const IPV6_BITS = 128
const IPV4_BITS = 32
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/
const MAPPED = [0, 0, 0, 0, 0, 0xffff] as const

/** `203.0.113.0/24`, `2001:db8::/32` or one address; undefined when the text is neither. */
export function parseIpRange(text: string): IpRange | undefined {
  const [head = "", width, more] = text.split("/")
  const address = parseIp(head)
  if (!address || more !== undefined) return undefined
  if (width === undefined) return { address, bits: IPV6_BITS }
  const most = IPV4.test(head) ? IPV4_BITS : IPV6_BITS
  if (!/^\d{1,3}$/.test(width) || Number(width) > most) return undefined
  return { address, bits: IPV6_BITS - most + Number(width) }
}

export function inIpRange({ address, bits }: IpRange, text: string): boolean {
  const tested = parseIp(text)
  if (!tested) return false
  for (let part = 0, left = bits; left > 0; part++, left -= 16) {
    const differs = (tested[part] as number) ^ (address[part] as number)
    if (differs >> Math.max(0, 16 - left)) return false
  }
  return true
}

function parseIp(text: string): Address | undefined {
  const ipv4 = parseIpv4(text)
  if (ipv4) return [...MAPPED, ...ipv4]
  if (!text.includes(":") || text.length > 45) return undefined
  const halves = text.split("::")
  if (halves.length > 2) return undefined
  const head = hexParts(halves[0] as string)
  const tail = hexParts(halves[1] ?? "")
  if (!head || !tail) return undefined
  const missing = IPV6_PARTS - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

function hexParts(text: string): number[] | undefined {
  const parts: number[] = []
  if (text === "") return parts
  const words = text.split(":")
  for (const [at, word] of words.entries()) {
    const ipv4 = at === words.length - 1 ? parseIpv4(word) : undefined
    if (ipv4) parts.push(...ipv4)
    else if (/^[\da-f]{1,4}$/i.test(word)) parts.push(Number.parseInt(word, 16))
    else return undefined
  }
  return parts
}

function parseIpv4(text: string): [number, number] | undefined {
  const bytes = IPV4.exec(text)?.slice(1).map(Number)
  if (!bytes || bytes.some((byte) => byte > 255)) return undefined
  const [a, b, c, d] = bytes as [number, number, number, number]
  return [a * 256 + b, c * 256 + d]
}
