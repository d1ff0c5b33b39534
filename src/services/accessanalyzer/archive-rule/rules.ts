import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import {
  analyzerArn,
  analyzerOfArn,
  findAnalyzer,
  onAnalyzerArn,
  onNamedAnalyzer,
} from "../analyzer/analyzer.ts"
import { op, type Out } from "../define.ts"
import { exists, quotaExceeded } from "../errors.ts"
import { assertCriteria, meets } from "../finding/criteria.ts"
import { findingsAll, setStatus } from "../finding/any-finding.ts"
import { ARCHIVE_RULES } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { archiveRules, findRule, rulesOf, type ArchiveRule } from "./archive-rule.ts"

interface Named {
  readonly analyzerName: string
  readonly ruleName: string
}

/** A rule is a resource of its own, without tags: `analyzer/<name>/archive-rule/<rule>`. */
function onRule(_tx: ReadTx, { analyzerName: name, ruleName }: Named, call: Call): AccessRequest {
  const { account, region, operation } = call
  return {
    action: `access-analyzer:${operation}`,
    resource: `${analyzerArn({ account, region, name })}/archive-rule/${ruleName}`,
    owner: account,
  }
}

export const CreateArchiveRule = op.write("CreateArchiveRule", {
  authorize: onRule,
  run(tx, { analyzerName, ruleName: name, filter }, call): Out<"CreateArchiveRule"> {
    const analyzer = findAnalyzer(tx, analyzerName, call)
    assertCriteria(filter)
    if (tx.get(archiveRules, [analyzer.id, name])) throw exists("ArchiveRule", name)
    if (rulesOf(tx, analyzer).length >= ARCHIVE_RULES)
      throw quotaExceeded("ArchiveRule", name, ARCHIVE_RULES)
    const times = { createdMs: tx.now, updatedMs: tx.now }
    tx.insert(archiveRules, { analyzerId: analyzer.id, name, filter, ...times })
    return {}
  },
})

export const GetArchiveRule = op.read("GetArchiveRule", {
  authorize: onRule,
  run: (tx, { analyzerName, ruleName }, call): Out<"GetArchiveRule"> => ({
    archiveRule: summary(findRule(tx, findAnalyzer(tx, analyzerName, call), ruleName)),
  }),
})

export const UpdateArchiveRule = op.write("UpdateArchiveRule", {
  authorize: onRule,
  run(tx, { analyzerName, ruleName, filter }, call): Out<"UpdateArchiveRule"> {
    const rule = findRule(tx, findAnalyzer(tx, analyzerName, call), ruleName)
    assertCriteria(filter)
    tx.replace(archiveRules, rule, { ...rule, filter, updatedMs: tx.now })
    return {}
  },
})

export const DeleteArchiveRule = op.write("DeleteArchiveRule", {
  authorize: onRule,
  run(tx, { analyzerName, ruleName }, call): Out<"DeleteArchiveRule"> {
    tx.remove(archiveRules, findRule(tx, findAnalyzer(tx, analyzerName, call), ruleName))
    return {}
  },
})

export const ListArchiveRules = op.read("ListArchiveRules", {
  authorize: onNamedAnalyzer,
  run(tx, input, call): Out<"ListArchiveRules"> {
    const rules = rulesOf(tx, findAnalyzer(tx, input.analyzerName, call))
    const { items, more } = pageOf(rules, input)
    return { archiveRules: items.map(summary), ...more }
  },
})

/** "Retroactively applies the archive rule to existing findings that meet the … criteria." */
export const ApplyArchiveRule = op.write("ApplyArchiveRule", {
  authorize: onAnalyzerArn,
  run(tx, { analyzerArn: text, ruleName }, call): Out<"ApplyArchiveRule"> {
    const analyzer = analyzerOfArn(tx, text, call)
    const { filter } = findRule(tx, analyzer, ruleName)
    for (const finding of findingsAll(tx, analyzer))
      if (finding.status === "ACTIVE" && meets(finding, filter)) setStatus(tx, finding, "ARCHIVED")
    return {}
  },
})

const summary = ({ name, filter, createdMs, updatedMs }: ArchiveRule) => ({
  ruleName: name,
  filter,
  createdAt: createdMs,
  updatedAt: updatedMs,
})
