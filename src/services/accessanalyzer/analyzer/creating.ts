import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { createServiceLinkedRole } from "../../iam/port.ts"
import { archiveRules } from "../archive-rule/archive-rule.ts"
import type { In } from "../define.ts"
import { exists, notAdministrator, quotaExceeded } from "../errors.ts"
import { assertCriteria } from "../finding/criteria.ts"
import { findings } from "../finding/finding.ts"
import { planInternalScan } from "../internal/scan.ts"
import { ARCHIVE_RULES, LISTED_ROWS, MOST_ANALYZERS } from "../limits.ts"
import { accessPreviews } from "../preview/preview.ts"
import { recommendations } from "../recommendation/recommendation.ts"
import { analyzedResources } from "../resource/analyzed-resource.ts"
import { scanJob } from "../resource/scan.ts"
import { planUnusedScan } from "../unused/scan.ts"
import { unusedFindings } from "../unused/unused-finding.ts"
import { analyzers, refOf, type Analyzer } from "./analyzer.ts"
import { settingsOf, typeOf } from "./configuration.ts"
import { SERVICE, zoneOf } from "./zone.ts"

type Asked = Pick<
  In<"CreateAnalyzer">,
  "analyzerName" | "archiveRules" | "configuration" | "tags"
> & {
  readonly type: string
  readonly managedBy?: string | undefined
}

/** Makes an analyzer, which begins at once. */
export function createAnalyzer(tx: WriteTx, asked: Asked, call: Call): Analyzer {
  const { account, region, partition } = call
  const { analyzerName: name, archiveRules: rules = [], tags = {}, managedBy } = asked
  const type = typeOf(asked.type)
  const settings = settingsOf(type, asked.configuration)
  const zone = zoneOf(tx, { account, type })
  if ("disabled" in zone) throw notAdministrator()
  if (tx.get(analyzers, [account, region, name])) throw exists("Analyzer", name)
  const known = tx.scan(analyzers, { prefix: [account, region], limit: LISTED_ROWS }).rows
  const most = MOST_ANALYZERS[type]
  // That those of services and those of customers are counted apart is not verified.
  const alike = known.filter((one) => one.type === type && one.managedBy === managedBy)
  if (alike.length >= most) throw quotaExceeded("Analyzer", name, most)
  if (rules.length > ARCHIVE_RULES) throw quotaExceeded("ArchiveRule", name, ARCHIVE_RULES)
  const place = { account, region, name, id: tx.serial() }
  const analyzer: Analyzer = { ...place, type, ...settings, managedBy, createdMs: tx.now, tags }
  tx.insert(analyzers, analyzer)
  for (const { ruleName, filter } of rules) {
    assertCriteria(filter)
    const times = { createdMs: tx.now, updatedMs: tx.now }
    tx.put(archiveRules, { analyzerId: analyzer.id, name: ruleName, filter, ...times })
  }
  createServiceLinkedRole(tx, { account, partition, service: SERVICE })
  begin(tx, analyzer)
  return analyzer
}

function begin(tx: WriteTx, analyzer: Analyzer): void {
  if (analyzer.unused) planUnusedScan(tx, refOf(analyzer), tx.now)
  else if (analyzer.internal) planInternalScan(tx, analyzer, tx.now)
  else tx.schedule(scanJob, { analyzer: refOf(analyzer), source: 0 }, tx.now)
}

/** Removes an analyzer with all that it found. */
export function removeAnalyzer(tx: WriteTx, analyzer: Analyzer): void {
  const all = { prefix: [analyzer.id], limit: LISTED_ROWS }
  for (const row of tx.scan(findings, all).rows) tx.remove(findings, row)
  for (const row of tx.scan(unusedFindings, all).rows) tx.remove(unusedFindings, row)
  for (const row of tx.scan(recommendations, all).rows) tx.remove(recommendations, row)
  for (const row of tx.scan(analyzedResources, all).rows) tx.remove(analyzedResources, row)
  for (const row of tx.scan(archiveRules, all).rows) tx.remove(archiveRules, row)
  for (const row of tx.scan(accessPreviews, all).rows) tx.remove(accessPreviews, row)
  tx.remove(analyzers, analyzer)
}
