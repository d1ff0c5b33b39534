import type { PrincipalFacts } from "./policy/context.ts"

/** A policy with the name by which it is known. */
export interface PolicyText {
  readonly name: string
  readonly text: string
}

/** What the caller's own side says of it. A kind that is left out does not limit. */
export interface CallerTexts {
  /** Inline and attached ones, of a user those of its groups also; undefined: all is allowed. */
  readonly identity?: readonly PolicyText[] | undefined
  readonly boundary?: PolicyText | undefined
  readonly session?: readonly PolicyText[] | undefined
  /** What condition keys tell of the caller beyond its name. */
  readonly facts?: Partial<PrincipalFacts> | undefined
}
