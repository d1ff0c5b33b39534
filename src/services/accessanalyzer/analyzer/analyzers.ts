import type { ReadTx } from "../../../kernel/transaction.ts"
import { createServiceLinkedRole } from "../../iam/port.ts"
import { archiveRules } from "../archive-rule/archive-rule.ts"
import { assertCriteria } from "../finding/criteria.ts"
import { asks, op, type Out } from "../define.ts"
import { exists, notAdministrator, quotaExceeded } from "../errors.ts"
import { findings } from "../finding/finding.ts"
import { MOST_ANALYZERS, ARCHIVE_RULES, LISTED_ROWS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { accessPreviews } from "../preview/preview.ts"
import { recommendations } from "../recommendation/recommendation.ts"
import { analyzedResources } from "../resource/analyzed-resource.ts"
import { scanJob } from "../resource/scan.ts"
import { planUnusedScan } from "../unused/scan.ts"
import { unusedFindings } from "../unused/unused-finding.ts"
import {
  analyzerArn,
  analyzers,
  findAnalyzer,
  onNamedAnalyzer,
  refOf,
  type Analyzer,
} from "./analyzer.ts"
import { changedSettings, configurationOf, settingsOf, typeOf } from "./configuration.ts"
import { SERVICE, zoneOf } from "./zone.ts"

type Answered = NonNullable<Out<"GetAnalyzer">["analyzer"]>

export const CreateAnalyzer = op.write("CreateAnalyzer", {
  authorize: onNamedAnalyzer,
  run(tx, input, { account, region, partition }): Out<"CreateAnalyzer"> {
    const { analyzerName: name, archiveRules: rules = [], tags = {} } = input
    const type = typeOf(input)
    const unused = settingsOf(type, input.configuration)
    const zone = zoneOf(tx, { account, type })
    if ("disabled" in zone) throw notAdministrator()
    if (tx.get(analyzers, [account, region, name])) throw exists("Analyzer", name)
    const known = tx.scan(analyzers, { prefix: [account, region], limit: LISTED_ROWS }).rows
    const most = MOST_ANALYZERS[type]
    if (known.filter((one) => one.type === type).length >= most)
      throw quotaExceeded("Analyzer", name, most)
    if (rules.length > ARCHIVE_RULES) throw quotaExceeded("ArchiveRule", name, ARCHIVE_RULES)
    const place = { account, region, name, id: tx.serial() }
    const analyzer: Analyzer = { ...place, type, unused, createdMs: tx.now, tags }
    tx.insert(analyzers, analyzer)
    for (const { ruleName, filter } of rules) {
      assertCriteria(filter)
      const times = { createdMs: tx.now, updatedMs: tx.now }
      tx.put(archiveRules, { analyzerId: analyzer.id, name: ruleName, filter, ...times })
    }
    createServiceLinkedRole(tx, { account, partition, service: SERVICE })
    if (unused) planUnusedScan(tx, refOf(analyzer), tx.now)
    else tx.schedule(scanJob, { analyzer: refOf(analyzer), source: 0 }, tx.now)
    return { arn: analyzerArn(analyzer) }
  },
})

export const GetAnalyzer = op.read("GetAnalyzer", {
  authorize: onNamedAnalyzer,
  run: (tx, { analyzerName }, call): Out<"GetAnalyzer"> => ({
    analyzer: summary(tx, findAnalyzer(tx, analyzerName, call)),
  }),
})

export const ListAnalyzers = op.read("ListAnalyzers", {
  authorize: asks.anything,
  run(tx, input, { account, region }): Out<"ListAnalyzers"> {
    const all = tx.scan(analyzers, { prefix: [account, region], limit: LISTED_ROWS }).rows
    const wanted = all.filter(({ type }) => input.type === undefined || input.type === type)
    const { items, more } = pageOf(wanted, input)
    return { analyzers: items.map((one) => summary(tx, one)), ...more }
  },
})

/** "not supported for external access analyzers"; it holds from the next scan on. */
export const UpdateAnalyzer = op.write("UpdateAnalyzer", {
  authorize: onNamedAnalyzer,
  run(tx, { analyzerName, configuration }, call): Out<"UpdateAnalyzer"> {
    const analyzer = findAnalyzer(tx, analyzerName, call)
    const unused = changedSettings(analyzer, configuration)
    if (unused) tx.replace(analyzers, analyzer, { ...analyzer, unused })
    return unused ? { configuration: configurationOf(unused) } : {}
  },
})

export const DeleteAnalyzer = op.write("DeleteAnalyzer", {
  authorize: onNamedAnalyzer,
  run(tx, { analyzerName }, call): Out<"DeleteAnalyzer"> {
    const analyzer = findAnalyzer(tx, analyzerName, call)
    const all = { prefix: [analyzer.id], limit: LISTED_ROWS }
    for (const row of tx.scan(findings, all).rows) tx.remove(findings, row)
    for (const row of tx.scan(unusedFindings, all).rows) tx.remove(unusedFindings, row)
    for (const row of tx.scan(recommendations, all).rows) tx.remove(recommendations, row)
    for (const row of tx.scan(analyzedResources, all).rows) tx.remove(analyzedResources, row)
    for (const row of tx.scan(archiveRules, all).rows) tx.remove(archiveRules, row)
    for (const row of tx.scan(accessPreviews, all).rows) tx.remove(accessPreviews, row)
    tx.remove(analyzers, analyzer)
    return {}
  },
})

function summary(tx: ReadTx, analyzer: Analyzer): Answered {
  const zone = zoneOf(tx, analyzer)
  return {
    arn: analyzerArn(analyzer),
    name: analyzer.name,
    type: analyzer.type,
    createdAt: analyzer.createdMs,
    lastResourceAnalyzed: analyzer.lastResource,
    lastResourceAnalyzedAt: analyzer.lastAnalyzedMs,
    tags: analyzer.tags,
    ...(analyzer.unused && { configuration: configurationOf(analyzer.unused) }),
    ...("disabled" in zone
      ? { status: "DISABLED", statusReason: { code: zone.disabled } }
      : { status: "ACTIVE" }),
  }
}
