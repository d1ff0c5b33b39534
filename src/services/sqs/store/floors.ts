/** A place in an order by moment and number. */
export interface Floor {
  readonly ms: number
  readonly seq: number
}

/**
 * Where receives begin to look, so that they do not step over what is gone: nothing lies before
 * the floor of its order. `ready`: a standard queue's messages without a group. `quiet`: tenants
 * that are not noisy. `fresh` and `again`: groups of a FIFO queue. Absent: at the beginning.
 */
export interface Floors {
  ready?: Floor | undefined
  quiet?: Floor | undefined
  fresh?: Floor | undefined
  again?: Floor | undefined
}

export const lower = (a: Floor, b: Floor): Floor =>
  b.ms < a.ms || (b.ms === a.ms && b.seq < a.seq) ? b : a

/** Something has come to lie at `at`. */
export function lowerFloor(floors: Floors, name: keyof Floors, at: Floor): void {
  const floor = floors[name]
  if (floor) floors[name] = lower(floor, at)
}

/** A look from the floor on has found its first at `first`, or nothing up to `upTo`. */
export function raiseFloor(
  floors: Floors,
  name: keyof Floors,
  { first, upTo }: { first: Floor | undefined; upTo: number },
): void {
  const floor = floors[name]
  if (first) floors[name] = first
  else if (!floor || floor.ms < upTo) floors[name] = { ms: upTo, seq: 0 }
}
