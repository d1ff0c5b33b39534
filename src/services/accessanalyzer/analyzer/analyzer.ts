import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { arn, parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByPlace, resource } from "../../../registry/resource.ts"
import { missing } from "../errors.ts"
import { asks } from "../define.ts"

/** Of external access, of unused access, or of access inside of the zone. */
export type AnalyzerType =
  | "ACCOUNT"
  | "ORGANIZATION"
  | "ACCOUNT_UNUSED_ACCESS"
  | "ORGANIZATION_UNUSED_ACCESS"
  | "ACCOUNT_INTERNAL_ACCESS"
  | "ORGANIZATION_INTERNAL_ACCESS"

export const isOfOrganization = (type: AnalyzerType): boolean => type.startsWith("ORGANIZATION")

export const isOfUnused = (type: AnalyzerType): boolean => type.endsWith("_UNUSED_ACCESS")

export const isOfInternal = (type: AnalyzerType): boolean => type.endsWith("_INTERNAL_ACCESS")
export const isOfExternal = (type: AnalyzerType): boolean =>
  !isOfUnused(type) && !isOfInternal(type)

/** Which resources an analyzer of internal access looks at: those that meet one of the rules. */
export interface InternalSettings {
  readonly inclusions: readonly {
    readonly accountIds?: readonly string[] | undefined
    readonly resourceTypes?: readonly string[] | undefined
    readonly resourceArns?: readonly string[] | undefined
  }[]
  /** Which of its plans of scans counts: a change of the rules begins a new one. */
  readonly round: number
}

/** What an analyzer of unused access looks for. */
export interface UnusedSettings {
  readonly ageDays: number
  readonly exclusions: readonly {
    readonly accountIds?: readonly string[] | undefined
    readonly resourceTags?: readonly Readonly<Record<string, string>>[] | undefined
  }[]
}

export interface Analyzer {
  readonly account: string
  readonly region: string
  readonly name: string
  /** Of this analyzer and no later one of the same name. */
  readonly id: number
  readonly type: AnalyzerType
  readonly createdMs: number
  readonly tags: Readonly<Record<string, string>>
  /** Of analyzers of unused access. */
  readonly unused?: UnusedSettings | undefined
  /** Of analyzers of internal access. */
  readonly internal?: InternalSettings | undefined
  /** The service that made it and keeps it: a service-linked analyzer. */
  readonly managedBy?: string | undefined
  readonly lastResource?: string | undefined
  readonly lastAnalyzedMs?: number | undefined
}

export const analyzers = table<Analyzer>("accessanalyzer/analyzer", {
  key: ({ account, region, name }) => [account, region, name],
})

export const analyzerResource = resource<Analyzer>("AWS::AccessAnalyzer::Analyzer", {
  table: analyzers,
  scope: "regional",
  title: "Analyzer",
  arn: (analyzer) => analyzerArn(analyzer),
  tagsOf: ({ tags }) => tags,
  ...keyedByPlace(analyzers, "analyzer/"),
  tags: {
    tag: (analyzer, tags) => ["TagResource", { resourceArn: analyzerArn(analyzer), tags }],
    untag: (analyzer, tagKeys) => [
      "UntagResource",
      { resourceArn: analyzerArn(analyzer), tagKeys },
    ],
  },
  console: { columns: ["name", "type", "createdMs"] },
})

type Place = Pick<Analyzer, "account" | "region" | "name">

export const analyzerArn = ({ account, region, name }: Place): string =>
  arn("access-analyzer", region, account, `analyzer/${name}`)

/** Throws ResourceNotFoundException. */
export function findAnalyzer(tx: ReadTx, name: string, { account, region }: Call): Analyzer {
  const analyzer = tx.get(analyzers, [account, region, name])
  if (!analyzer) throw missing("Analyzer", name)
  return analyzer
}

/** The caller's analyzer of that ARN. Throws ResourceNotFoundException. */
export function analyzerOfArn(tx: ReadTx, text: string, call: Call): Analyzer {
  const parts = parseArn(text)
  const name = /^analyzer\/([^/]+)$/.exec(parts?.resource ?? "")?.[1]
  const own =
    parts?.service === "access-analyzer" &&
    parts.account === call.account &&
    parts.region === call.region
  if (!own || name === undefined) throw missing("Analyzer", text)
  return findAnalyzer(tx, name, call)
}

/** The analyzer of this id, as long as it is there: for work that was planned earlier. */
export function sameAnalyzer(tx: ReadTx, ref: AnalyzerRef): Analyzer | undefined {
  const analyzer = tx.get(analyzers, [ref.account, ref.region, ref.name])
  return analyzer?.id === ref.id ? analyzer : undefined
}

/** Notes which resource a scan has looked at last. */
export function noteLast(tx: WriteTx, ref: AnalyzerRef, lastResource: string): void {
  const current = sameAnalyzer(tx, ref)
  if (current) tx.replace(analyzers, current, { ...current, lastResource, lastAnalyzedMs: tx.now })
}

export type AnalyzerRef = Pick<Analyzer, "account" | "region" | "name" | "id">

export const refOf = ({ account, region, name, id }: Analyzer): AnalyzerRef => ({
  account,
  region,
  name,
  id,
})

/** Operations ask for the analyzer that they name; one that is not there has an ARN all the same. */
export const onNamedAnalyzer = asks.on(
  analyzerResource,
  (tx, { analyzerName: name }: { readonly analyzerName: string }, { account, region }) =>
    tx.get(analyzers, [account, region, name]) ?? analyzerArn({ account, region, name }),
)

export const onAnalyzerArn = asks.on(
  analyzerResource,
  (tx, { analyzerArn: text }: { readonly analyzerArn: string }, call) =>
    analyzerOfArn(tx, text, call),
)
