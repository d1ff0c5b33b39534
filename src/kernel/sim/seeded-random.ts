import type { RandomSource } from "../random.ts"

/**
 * Randomness from a seed: each name has its own stream, so a new consumer does not shift the
 * draws of the others. xoshiro128** seeded by FNV-1a and splitmix: not for secrets.
 */
export function createSeededRandom(seed: number | string): RandomSource {
  const streams = new Map<string, () => number>()
  return {
    bytes(name, count) {
      let next = streams.get(name)
      if (!next) streams.set(name, (next = xoshiro(`${seed}/${name}`)))
      const bytes = new Uint8Array(count)
      for (let i = 0; i < count; i += 4) {
        const word = next()
        bytes[i] = word
        if (i + 1 < count) bytes[i + 1] = word >>> 8
        if (i + 2 < count) bytes[i + 2] = word >>> 16
        if (i + 3 < count) bytes[i + 3] = word >>> 24
      }
      return bytes
    },
  }
}

/** A generator of unsigned 32-bit words. */
export function xoshiro(seed: string): () => number {
  let mix = 2166136261
  for (let i = 0; i < seed.length; i += 1) mix = Math.imul(mix ^ seed.charCodeAt(i), 16777619) >>> 0
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  let a = splitmix()
  let b = splitmix()
  let c = splitmix()
  let d = splitmix()
  return () => {
    const x = Math.imul(b, 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
}
