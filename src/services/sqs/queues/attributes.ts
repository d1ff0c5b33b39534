import {
  groupLimitNeedsGroupScope,
  invalidAttributeValue,
  onlyOnFifo,
  twoEncryptions,
  unknownAttribute,
} from "../errors.ts"
import {
  DELAY_SECONDS,
  KMS_REUSE_SECONDS,
  MESSAGE_BYTES,
  RETENTION_SECONDS,
  VISIBILITY_SECONDS,
  WAIT_SECONDS,
} from "../limits.ts"
import { parsePolicyAttribute } from "./policy-document.ts"
import {
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  renderRedriveAllowPolicy,
  renderRedrivePolicy,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from "./redrive.ts"

/** What callers can set on a queue. Seconds and bytes as AWS has them. */
export interface QueueSettings {
  readonly visibilitySeconds: number
  readonly delaySeconds: number
  readonly retentionSeconds: number
  readonly waitSeconds: number
  readonly maximumMessageBytes: number
  readonly policy?: string | undefined
  readonly redrive?: RedrivePolicy | undefined
  readonly redriveAllow?: RedriveAllowPolicy | undefined
  /** SSE-SQS; never together with a KMS key. */
  readonly managedEncryption: boolean
  readonly kmsKeyId?: string | undefined
  readonly kmsReuseSeconds?: number | undefined
  readonly contentDeduplication?: boolean | undefined
  readonly deduplicationScope?: "queue" | "messageGroup" | undefined
  readonly throughputLimit?: "perQueue" | "perMessageGroupId" | undefined
}

/** What GetQueueAttributes shows of a queue at one instant. */
export interface QueueView {
  readonly arn: string
  readonly fifo: boolean
  readonly settings: QueueSettings
  readonly createdMs: number
  readonly modifiedMs: number
  readonly counts: { readonly visible: number; readonly inFlight: number; readonly delayed: number }
}

/** A request's attributes. */
export type AttributeTexts = Readonly<Record<string, string>>

export const STANDARD_SETTINGS: QueueSettings = Object.freeze({
  visibilitySeconds: VISIBILITY_SECONDS.default,
  delaySeconds: DELAY_SECONDS.default,
  retentionSeconds: RETENTION_SECONDS.default,
  waitSeconds: WAIT_SECONDS.default,
  maximumMessageBytes: MESSAGE_BYTES.default,
  managedEncryption: true,
})

export const FIFO_SETTINGS: QueueSettings = Object.freeze({
  ...STANDARD_SETTINGS,
  contentDeduplication: false,
  deduplicationScope: "queue",
  throughputLimit: "perQueue",
})

interface Attribute {
  /** Reads the text of one attribute; throws AWS's refusal. Absent: callers cannot set it. */
  readonly read?: (text: string) => Partial<QueueSettings>
  readonly show: (view: QueueView) => string | undefined
  /** What AWS says when a standard queue is given the attribute (recorded). */
  readonly onStandard?: (name: string) => Error
}

/** All attributes, in the order in which AWS lists them. */
const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  ApproximateNumberOfMessages: { show: (view) => String(view.counts.visible) },
  ApproximateNumberOfMessagesDelayed: { show: (view) => String(view.counts.delayed) },
  ApproximateNumberOfMessagesNotVisible: { show: (view) => String(view.counts.inFlight) },
  ContentBasedDeduplication: {
    read: (text) => ({ contentDeduplication: flag("ContentBasedDeduplication", text) }),
    show: ({ settings }) => shown(settings.contentDeduplication),
    onStandard: unknownAttribute,
  },
  CreatedTimestamp: { show: (view) => seconds(view.createdMs) },
  DeduplicationScope: {
    read: (text) => ({
      deduplicationScope: choice("DeduplicationScope", text, ["queue", "messageGroup"]),
    }),
    show: ({ settings }) => settings.deduplicationScope,
    onStandard: onlyOnFifo,
  },
  DelaySeconds: {
    read: (text) => ({ delaySeconds: integer("DelaySeconds", text, DELAY_SECONDS) }),
    show: ({ settings }) => String(settings.delaySeconds),
  },
  FifoQueue: { show: (view) => (view.fifo ? "true" : undefined) },
  FifoThroughputLimit: {
    read: (text) => ({
      throughputLimit: choice("FifoThroughputLimit", text, ["perQueue", "perMessageGroupId"]),
    }),
    show: ({ settings }) => settings.throughputLimit,
    onStandard: onlyOnFifo,
  },
  KmsDataKeyReusePeriodSeconds: {
    read: (text) => ({
      kmsReuseSeconds: integer("KmsDataKeyReusePeriodSeconds", text, KMS_REUSE_SECONDS),
    }),
    // Shown only together with a key (recorded).
    show: ({ settings }) =>
      settings.kmsKeyId === undefined
        ? undefined
        : String(settings.kmsReuseSeconds ?? KMS_REUSE_SECONDS.default),
  },
  KmsMasterKeyId: {
    read: (text) => ({ kmsKeyId: text === "" ? undefined : text }),
    show: ({ settings }) => settings.kmsKeyId,
  },
  LastModifiedTimestamp: { show: (view) => seconds(view.modifiedMs) },
  MaximumMessageSize: {
    read: (text) => ({ maximumMessageBytes: integer("MaximumMessageSize", text, MESSAGE_BYTES) }),
    show: ({ settings }) => String(settings.maximumMessageBytes),
  },
  MessageRetentionPeriod: {
    read: (text) => ({
      retentionSeconds: integer("MessageRetentionPeriod", text, RETENTION_SECONDS),
    }),
    show: ({ settings }) => String(settings.retentionSeconds),
  },
  Policy: {
    read: (text) => ({ policy: parsePolicyAttribute(text) }),
    show: ({ settings }) => settings.policy,
  },
  QueueArn: { show: (view) => view.arn },
  ReceiveMessageWaitTimeSeconds: {
    read: (text) => ({ waitSeconds: integer("ReceiveMessageWaitTimeSeconds", text, WAIT_SECONDS) }),
    show: ({ settings }) => String(settings.waitSeconds),
  },
  RedriveAllowPolicy: {
    read: (text) => ({ redriveAllow: parseRedriveAllowPolicy(text) }),
    show: ({ settings }) =>
      settings.redriveAllow && renderRedriveAllowPolicy(settings.redriveAllow),
  },
  RedrivePolicy: {
    read: (text) => ({ redrive: parseRedrivePolicy(text) }),
    show: ({ settings }) => settings.redrive && renderRedrivePolicy(settings.redrive),
  },
  SqsManagedSseEnabled: {
    read: (text) => ({ managedEncryption: flag("SqsManagedSseEnabled", text) }),
    show: ({ settings }) => String(settings.managedEncryption),
  },
  VisibilityTimeout: {
    read: (text) => ({ visibilitySeconds: integer("VisibilityTimeout", text, VISIBILITY_SECONDS) }),
    show: ({ settings }) => String(settings.visibilitySeconds),
  },
}

/**
 * Whether CreateQueue's attributes ask for a FIFO queue. `FifoQueue` other than true is an unknown
 * attribute there (recorded).
 */
export function asksForFifo(attributes: AttributeTexts): boolean {
  const text = attributes["FifoQueue"]
  if (text === undefined) return false
  if (!flag("FifoQueue", text)) throw unknownAttribute("FifoQueue")
  return true
}

/** Settings with a request's attributes applied. Throws for the first that AWS refuses. */
export function appliedSettings(
  settings: QueueSettings,
  attributes: AttributeTexts,
  fifo: boolean,
): QueueSettings {
  let changed: QueueSettings = settings
  for (const [name, text] of Object.entries(attributes)) {
    if (name === "FifoQueue" && fifo) {
      if (!flag(name, text)) {
        throw invalidAttributeValue(name, "Modifying queue type is not supported.")
      }
      continue
    }
    changed = { ...changed, ...readAttribute(name, text, fifo) }
  }
  return checked(withOneEncryption(changed, attributes))
}

/** The first of a request's attributes whose value is not the queue's; none: undefined. */
export function differingAttribute(
  settings: QueueSettings,
  attributes: AttributeTexts,
  fifo: boolean,
): string | undefined {
  const asked = appliedSettings(settings, attributes, fifo)
  return Object.keys(attributes).find((name) => {
    const show = ATTRIBUTES[name]?.show
    return show?.(viewOf(settings, fifo)) !== show?.(viewOf(asked, fifo))
  })
}

export const isQueueAttribute = (name: string): boolean => Object.hasOwn(ATTRIBUTES, name)

/**
 * The attributes that GetQueueAttributes was asked for; undefined when there is nothing to show
 * (recorded: the answer then has no `Attributes`). Throws for a name that SQS does not know.
 */
export function shownAttributes(
  view: QueueView,
  names: readonly string[],
): Record<string, string> | undefined {
  for (const name of names) {
    if (name !== "All" && !isQueueAttribute(name)) throw unknownAttribute(name)
  }
  const asked = names.includes("All") ? Object.keys(ATTRIBUTES) : names
  const shown: Record<string, string> = {}
  for (const name of asked) {
    const text = ATTRIBUTES[name]?.show(view)
    if (text !== undefined) shown[name] = text
  }
  return Object.keys(shown).length === 0 ? undefined : shown
}

function readAttribute(name: string, text: string, fifo: boolean): Partial<QueueSettings> {
  const attribute = isQueueAttribute(name) ? ATTRIBUTES[name] : undefined
  if (attribute?.read === undefined) throw unknownAttribute(name)
  if (!fifo && attribute.onStandard) throw attribute.onStandard(name)
  return attribute.read(text)
}

/**
 * A KMS key switches SSE-SQS off, and SSE-SQS drops the key; both at once are refused (recorded).
 * Without the key, SSE-SQS stays off until it is asked for (recorded).
 */
function withOneEncryption(settings: QueueSettings, attributes: AttributeTexts): QueueSettings {
  const asksForKey = (attributes["KmsMasterKeyId"] ?? "") !== ""
  const asksForManaged =
    attributes["SqsManagedSseEnabled"] !== undefined && settings.managedEncryption
  if (asksForKey && asksForManaged) throw twoEncryptions()
  if (asksForKey) return { ...settings, managedEncryption: false }
  return asksForManaged ? { ...settings, kmsKeyId: undefined } : settings
}

function checked(settings: QueueSettings): QueueSettings {
  const { throughputLimit, deduplicationScope } = settings
  if (throughputLimit === "perMessageGroupId" && deduplicationScope !== "messageGroup") {
    throw groupLimitNeedsGroupScope()
  }
  return settings
}

/** A view for comparing what callers can set. */
const viewOf = (settings: QueueSettings, fifo: boolean): QueueView => ({
  arn: "",
  fifo,
  settings,
  createdMs: 0,
  modifiedMs: 0,
  counts: { visible: 0, inFlight: 0, delayed: 0 },
})

const seconds = (ms: number): string => String(Math.floor(ms / 1000))

const shown = (value: boolean | undefined): string | undefined =>
  value === undefined ? undefined : String(value)

/** Any case passes (recorded: `True`). */
function flag(name: string, text: string): boolean {
  const lower = text.toLowerCase()
  if (lower !== "true" && lower !== "false") throw invalidAttributeValue(name)
  return lower === "true"
}

function integer(name: string, text: string, range: { min: number; max: number }): number {
  const value = /^\d+$/.test(text) ? Number(text) : -1
  if (value < range.min || value > range.max) throw invalidAttributeValue(name)
  return value
}

function choice<const Value extends string>(
  name: string,
  text: string,
  of: readonly Value[],
): Value {
  const value = of.find((one) => one === text)
  if (value === undefined) throw invalidAttributeValue(name)
  return value
}
