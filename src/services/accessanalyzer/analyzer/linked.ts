import type { Call } from "../../../registry/call.ts"
import { unchecked } from "../../../registry/authorize.ts"
import { op, type Out } from "../define.ts"
import { invalid, onlyByServices } from "../errors.ts"
import { analyzerArn, analyzers, findAnalyzer, isOfUnused, onNamedAnalyzer } from "./analyzer.ts"
import { createAnalyzer, removeAnalyzer } from "./creating.ts"

/** The services that keep analyzers of their own ("managedBy … securityhubv2.amazonaws.com"). */
const SERVICES: ReadonlySet<string> = Object.freeze(new Set(["securityhubv2.amazonaws.com"]))

const BY_SERVICES = unchecked("only AWS services call it, in the account that they act for")

function managerOf({ principal, operation }: Call): string {
  if (principal.type !== "service" || !SERVICES.has(principal.name)) throw onlyByServices(operation)
  return principal.name
}

/** "This operation can only be invoked by authorized Amazon Web Services services." */
export const CreateServiceLinkedAnalyzer = op.write("CreateServiceLinkedAnalyzer", {
  authorize(_tx, _input, call) {
    managerOf(call)
    return BY_SERVICES
  },
  run(tx, input, call): Out<"CreateServiceLinkedAnalyzer"> {
    const { type, archiveRules, configuration } = input
    const managedBy = managerOf(call)
    // "Valid values are ACCOUNT_UNUSED_ACCESS and ORGANIZATION_UNUSED_ACCESS."
    if (type !== "ACCOUNT_UNUSED_ACCESS" && type !== "ORGANIZATION_UNUSED_ACCESS")
      throw invalid("type", `Service-linked analyzers cannot be of type ${type}.`)
    // How AWS names them is not documented.
    const analyzerName = `ServiceLinkedAnalyzer-${tx.random("accessanalyzer/linked").uuid()}`
    const asked = { analyzerName, type, archiveRules, configuration, managedBy }
    return { arn: analyzerArn(createAnalyzer(tx, asked, call)) }
  },
})

/**
 * "… can be invoked by both authorized Amazon Web Services services and customers": a customer's is
 * put to the service that keeps the analyzer. None of them is here, so that none is still in use.
 */
export const DeleteServiceLinkedAnalyzer = op.write("DeleteServiceLinkedAnalyzer", {
  authorize(tx, input, call) {
    const { account, region, principal } = call
    const analyzer = tx.get(analyzers, [account, region, input.analyzerName])
    const isKeeper = principal.type === "service" && principal.name === analyzer?.managedBy
    return isKeeper ? BY_SERVICES : onNamedAnalyzer(tx, input, call)
  },
  run(tx, { analyzerName }, call): Out<"DeleteServiceLinkedAnalyzer"> {
    const analyzer = findAnalyzer(tx, analyzerName, call)
    if (analyzer.managedBy === undefined || !isOfUnused(analyzer.type))
      throw invalid("analyzerName", `Analyzer ${analyzerName} is not a service-linked analyzer.`)
    removeAnalyzer(tx, analyzer)
    return {}
  },
})
