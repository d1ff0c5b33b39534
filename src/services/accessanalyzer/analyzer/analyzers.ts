import type { ReadTx } from "../../../kernel/transaction.ts"
import { asks, op, type Out } from "../define.ts"
import { isServiceLinked } from "../errors.ts"
import { planInternalScan } from "../internal/scan.ts"
import { LISTED_ROWS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { analyzerArn, analyzers, findAnalyzer, onNamedAnalyzer, type Analyzer } from "./analyzer.ts"
import { changedSettings, configurationOf } from "./configuration.ts"
import { createAnalyzer, removeAnalyzer } from "./creating.ts"
import { zoneOf } from "./zone.ts"

type Answered = NonNullable<Out<"GetAnalyzer">["analyzer"]>

export const CreateAnalyzer = op.write("CreateAnalyzer", {
  authorize: onNamedAnalyzer,
  run(tx, input, call): Out<"CreateAnalyzer"> {
    return { arn: analyzerArn(createAnalyzer(tx, input, call)) }
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
    if (analyzer.managedBy !== undefined) throw isServiceLinked(analyzerName)
    const settings = changedSettings(analyzer, configuration)
    const changed = { ...analyzer, ...settings }
    tx.replace(analyzers, analyzer, changed)
    if (changed.internal && changed.internal !== analyzer.internal)
      planInternalScan(tx, changed, tx.now)
    return { configuration: configurationOf(settings) }
  },
})

export const DeleteAnalyzer = op.write("DeleteAnalyzer", {
  authorize: onNamedAnalyzer,
  run(tx, { analyzerName }, call): Out<"DeleteAnalyzer"> {
    const analyzer = findAnalyzer(tx, analyzerName, call)
    if (analyzer.managedBy !== undefined) throw isServiceLinked(analyzerName)
    removeAnalyzer(tx, analyzer)
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
    configuration: configurationOf(analyzer),
    managedBy: analyzer.managedBy,
    ...("disabled" in zone
      ? { status: "DISABLED", statusReason: { code: zone.disabled } }
      : { status: "ACTIVE" }),
  }
}
