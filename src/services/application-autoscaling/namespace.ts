import type { ReadTx } from "../../kernel/transaction.ts"

/** What is scaled, as its service finds it. */
export interface Scaled {
  readonly account: string
  readonly region: string
  /** `table/orders` */
  readonly resourceId: string
}

/** A resource as it stands now. */
export interface Capacity {
  readonly units: number
  /** It takes a change now. */
  readonly isReady: boolean
  /** It has capacity that can be set: a table on demand has none. */
  readonly isScalable: boolean
  /** Since when there is data of it; undefined where that is not known. */
  readonly sinceMs?: number | undefined
}

/** What a resource used in a minute that was not without use. */
export interface UsedUnits {
  readonly minuteMs: number
  /** Their sum. */
  readonly units: number
}

/** An operation of the service that changes the capacity. */
export interface CapacityChange {
  readonly operation: string
  readonly input: object
}

/** One number of a kind of resource that can be scaled: `dynamodb:table:ReadCapacityUnits`. */
export interface ScalableDimension {
  /** As sentences call it: `read capacity units`. */
  readonly title: string
  /** Ids of its resources. */
  readonly ids: RegExp
  /** API: RegisterScalableTarget, the minimum value allowed. */
  readonly least: number
  /** The metric of target tracking: the used part of the capacity, in percent. */
  readonly metric: string
  /** The bounds of its target values. */
  readonly targets: { readonly least: number; readonly most: number }
  /** API: TargetTrackingScalingPolicyConfiguration, the default of both cooldowns. */
  readonly cooldownSeconds: number
  /** Throws nothing: what is not there is undefined. */
  find(tx: ReadTx, of: Scaled): Capacity | undefined
  /** AWS's words for a resource that is not there. */
  missing(resourceId: string): string
  used(
    tx: ReadTx,
    of: Scaled,
    span: { readonly fromMs: number; readonly toMs: number },
  ): readonly UsedUnits[]
  change(tx: ReadTx, of: Scaled, units: number): CapacityChange
}

/** What a service offers so that Application Auto Scaling scales what it has. */
export interface ScalableNamespace {
  /** AWS's service namespace, which is the service's id too. */
  readonly id: string
  /** The service-linked role by which it is scaled. */
  readonly role: { readonly service: string; readonly name: string }
  readonly dimensions: Readonly<Record<string, ScalableDimension>>
  /** What takes one change at a time: the table of an index. */
  holderOf(resourceId: string): string
}
