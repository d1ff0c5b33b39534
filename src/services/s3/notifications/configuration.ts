import type { NotificationConfiguration } from "../../../models/types/s3.ts"
import { parseArn } from "../../../registry/arn.ts"
import { invalidArgument, malformedXml } from "../errors.ts"

/** What a destination is. */
export type DestinationKind = "queue" | "topic" | "function"

/** Which changes a destination is told of. */
export interface NotificationRule {
  readonly id: string
  /** Its ARN. */
  readonly destination: string
  /** `s3:ObjectCreated:*`. */
  readonly events: readonly string[]
  /** `Prefix` or `Suffix`, as AWS answers them, whatever case they came in. */
  readonly filter?: readonly { readonly Name: "Prefix" | "Suffix"; readonly Value: string }[]
}

/** A bucket's notifications. */
export interface Notifications {
  readonly queues: readonly NotificationRule[]
  readonly topics?: readonly NotificationRule[] | undefined
  readonly functions?: readonly NotificationRule[] | undefined
  /** EventBridge is told of everything. */
  readonly bridge?: true | undefined
}

export const isEmpty = (notifications: Notifications): boolean =>
  rulesOf(notifications).length === 0 && !notifications.bridge

/** All rules, each with what its destination is. */
export const rulesOf = ({
  queues,
  topics = [],
  functions = [],
}: Notifications): (readonly [DestinationKind, NotificationRule])[] => [
  ...queues.map((rule) => ["queue", rule] as const),
  ...topics.map((rule) => ["topic", rule] as const),
  ...functions.map((rule) => ["function", rule] as const),
]

/** What a request may carry for one destination of any kind. */
interface GivenRule {
  readonly Id?: string | undefined
  readonly Events?: readonly string[] | undefined
  readonly Filter?:
    | {
        readonly Key?:
          | {
              readonly FilterRules?:
                | readonly {
                    readonly Name?: string | undefined
                    readonly Value?: string | undefined
                  }[]
                | undefined
            }
          | undefined
      }
    | undefined
}

/** "The maximum number of notification configurations is 100" ("Amazon S3 Event Notifications"). */
const MOST = 100
const LONGEST_VALUE = 1_024

/** The service that a destination's ARN names, and what an error calls the destination (recorded). */
const OF_KIND: Readonly<Record<DestinationKind, { service: string; argument: string }>> = {
  queue: { service: "sqs", argument: "Queue" },
  topic: { service: "sns", argument: "Topic" },
  function: { service: "lambda", argument: "CloudFunction" },
}

/**
 * The notifications of a configuration; `newId` names those that have no id. Throws InvalidArgument
 * and MalformedXML.
 */
export function readNotifications(
  given: NotificationConfiguration,
  newId: () => string,
): Notifications {
  const rule = (kind: DestinationKind, destination: string, one: GivenRule): NotificationRule => {
    const { service, argument } = OF_KIND[kind]
    // Recorded.
    if (parseArn(destination)?.service !== service)
      throw invalidArgument("The ARN could not be parsed", argument, destination)
    return { id: one.Id || newId(), destination, ...ruleOf(one) }
  }
  const { QueueConfigurations = [], TopicConfigurations = [] } = given
  const { LambdaFunctionConfigurations = [], EventBridgeConfiguration } = given
  const topics = TopicConfigurations.map((one) => rule("topic", one.TopicArn, one))
  const functions = LambdaFunctionConfigurations.map((one) =>
    rule("function", one.LambdaFunctionArn, one),
  )
  const notifications: Notifications = {
    queues: QueueConfigurations.map((one) => rule("queue", one.QueueArn, one)),
    ...(topics.length > 0 && { topics }),
    ...(functions.length > 0 && { functions }),
    ...(EventBridgeConfiguration && { bridge: true as const }),
  }
  assertRules(rulesOf(notifications).map(([, one]) => one))
  return notifications
}

function assertRules(rules: readonly NotificationRule[]): void {
  if (rules.length > MOST) throw invalidArgument("Too many notification configurations", "", "")
  if (new Set(rules.map(({ id }) => id)).size < rules.length)
    throw invalidArgument("Same ID used for multiple configurations. IDs must be unique", "Id", "")
  assertApart(rules)
}

function ruleOf({ Events = [], Filter }: GivenRule): Pick<NotificationRule, "events" | "filter"> {
  if (Events.length === 0) throw malformedXml()
  for (const event of Events)
    if (!KNOWN.has(event))
      throw invalidArgument("The event is not supported for notifications", "Event", event)
  const rules = Filter?.Key?.FilterRules
  if (!rules) return { events: Events }
  const filter = rules.map(({ Name, Value }) => {
    // Recorded, as the rest.
    if (Name === undefined || Value === undefined) throw malformedXml()
    const name = NAMES[Name.toLowerCase()]
    if (!name)
      throw invalidArgument(
        "filter rule name must be either prefix or suffix",
        "FilterRule.Name",
        Name,
      )
    if (Value.length > LONGEST_VALUE)
      throw invalidArgument("Size of filter rule value cannot exceed 1024 bytes in UTF-8", "", "")
    return { Name: name, Value }
  })
  if (new Set(filter.map(({ Name }) => Name)).size < filter.length)
    throw invalidArgument("Cannot specify more than one prefix or suffix rule in a filter.", "", "")
  return { events: Events, filter }
}

const NAMES: Readonly<Record<string, "Prefix" | "Suffix">> = { prefix: "Prefix", suffix: "Suffix" }

/** "Supported event types for SQS, SNS, and Lambda". */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  ObjectCreated: ["Put", "Post", "Copy", "CompleteMultipartUpload"],
  ObjectRemoved: ["Delete", "DeleteMarkerCreated"],
  ObjectRestore: ["Post", "Completed", "Delete"],
  Replication: [
    ...["OperationFailedReplication", "OperationMissedThreshold", "OperationNotTracked"],
    "OperationReplicatedAfterThreshold",
  ],
  LifecycleExpiration: ["Delete", "DeleteMarkerCreated"],
  ObjectTagging: ["Put", "Delete"],
}
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.entries(FAMILIES).flatMap(([family, kinds]) =>
    ["*", ...kinds].map((kind) => `s3:${family}:${kind}`),
  ),
  ...["s3:ReducedRedundancyLostObject", "s3:LifecycleTransition", "s3:IntelligentTiering"],
  "s3:ObjectAcl:Put",
])

/** Whether the rule tells of `event`, such as `ObjectCreated:Put`, on the key. */
export const tells = (
  { events, filter = [] }: NotificationRule,
  event: string,
  key: string,
): boolean =>
  events.some((one) => one === `s3:${event}` || one === `s3:${event.split(":")[0]}:*`) &&
  filter.every(({ Name, Value }) =>
    Name === "Prefix" ? key.startsWith(Value) : key.endsWith(Value),
  )

/** "Two rules with overlapping prefixes, suffixes … for the same event are not allowed". */
function assertApart(rules: readonly NotificationRule[]): void {
  for (const [at, one] of rules.entries())
    for (const other of rules.slice(at + 1))
      if (shareEvent(one, other) && shareKeys(one, other))
        throw invalidArgument(
          "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
          "",
          "",
        )
}

const family = (event: string): string => event.split(":").slice(0, 2).join(":")

const shareEvent = (one: NotificationRule, other: NotificationRule): boolean =>
  one.events.some((a) =>
    other.events.some(
      (b) => a === b || (family(a) === family(b) && (a.endsWith(":*") || b.endsWith(":*"))),
    ),
  )

function shareKeys(one: NotificationRule, other: NotificationRule): boolean {
  const [prefixes, suffixes] = (["Prefix", "Suffix"] as const).map((name) =>
    [one, other].map(({ filter }) => filter?.find(({ Name }) => Name === name)?.Value ?? ""),
  ) as [[string, string], [string, string]]
  const [p, q] = prefixes
  const [s, t] = suffixes
  return (p.startsWith(q) || q.startsWith(p)) && (s.endsWith(t) || t.endsWith(s))
}
