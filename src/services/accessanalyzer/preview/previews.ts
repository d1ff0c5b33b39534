import { parseArn } from "../../../registry/arn.ts"
import {
  analyzerArn,
  analyzerOfArn,
  isOfExternal,
  onAnalyzerArn,
  type Analyzer,
} from "../analyzer/analyzer.ts"
import { op, type Out } from "../define.ts"
import { externalOnly, invalid, unfinishedPreview } from "../errors.ts"
import { assertCriteria, meets } from "../finding/criteria.ts"
import { LISTED_ROWS, PREVIEW_CONFIGURATIONS } from "../limits.ts"
import { sourcesOf } from "../finding/finding.ts"
import { pageOf } from "../paging.ts"
import {
  accessPreviews,
  findPreview,
  previewFindings,
  type AccessPreview,
  type PreviewFinding,
} from "./preview.ts"

/** A preview is made at once; AWS's is CREATING for a while. */
export const CreateAccessPreview = op.write("CreateAccessPreview", {
  authorize: onAnalyzerArn,
  run(tx, { analyzerArn: text, configurations }, call): Out<"CreateAccessPreview"> {
    const analyzer = analyzerOfArn(tx, text, call)
    if (!isOfExternal(analyzer.type)) throw externalOnly()
    const [entry, ...more] = Object.entries(configurations)
    if (!entry || more.length >= PREVIEW_CONFIGURATIONS)
      throw invalid("configurations", "Specify the configuration of exactly one resource.")
    const [resource, configuration] = entry
    if (!parseArn(resource)) throw invalid("configurations", `${resource} is not a valid ARN.`)
    const random = tx.random("accessanalyzer/accessPreview")
    const newId = (): string => random.uuid()
    const found = previewFindings(tx, analyzer, { resource, configuration, newId })
    const id = newId()
    tx.insert(accessPreviews, {
      ...{ analyzerId: analyzer.id, id, resource, configuration },
      createdMs: tx.now,
      status: found ? "COMPLETED" : "FAILED",
      findings: found ?? [],
    })
    return { id }
  },
})

export const GetAccessPreview = op.read("GetAccessPreview", {
  authorize: onAnalyzerArn,
  run(tx, { analyzerArn: text, accessPreviewId }, call): Out<"GetAccessPreview"> {
    const analyzer = analyzerOfArn(tx, text, call)
    const preview = findPreview(tx, analyzer, accessPreviewId)
    const { resource, configuration } = preview
    return {
      accessPreview: {
        ...summary(preview, analyzer),
        configurations: { [resource]: configuration },
      },
    }
  },
})

export const ListAccessPreviews = op.read("ListAccessPreviews", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"ListAccessPreviews"> {
    const analyzer = analyzerOfArn(tx, input.analyzerArn, call)
    const all = tx.scan(accessPreviews, { prefix: [analyzer.id], limit: LISTED_ROWS }).rows
    const { items, more } = pageOf(all, input)
    return { accessPreviews: items.map((one) => summary(one, analyzer)), ...more }
  },
})

export const ListAccessPreviewFindings = op.read("ListAccessPreviewFindings", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"ListAccessPreviewFindings"> {
    const { accessPreviewId, filter = {} } = input
    const preview = findPreview(tx, analyzerOfArn(tx, input.analyzerArn, call), accessPreviewId)
    if (preview.status !== "COMPLETED") throw unfinishedPreview(accessPreviewId)
    assertCriteria(filter)
    const wanted = preview.findings.filter((finding) => meets(finding, filter))
    const { items, more } = pageOf(wanted, input)
    return { findings: items.map(detail), ...more }
  },
})

const summary = ({ id, createdMs, status }: AccessPreview, analyzer: Analyzer) => ({
  id,
  analyzerArn: analyzerArn(analyzer),
  createdAt: createdMs,
  status,
  ...(status === "FAILED" && { statusReason: { code: "INVALID_CONFIGURATION" as const } }),
})

const detail = ({ existing, change, ...finding }: PreviewFinding) => ({
  id: finding.id,
  ...(existing && { existingFindingId: existing.id, existingFindingStatus: existing.status }),
  principal: finding.principal,
  action: finding.actions,
  condition: finding.condition,
  resource: finding.resource,
  isPublic: finding.isPublic,
  resourceType: finding.resourceType,
  createdAt: finding.createdMs,
  changeType: change,
  status: finding.status,
  resourceOwnerAccount: finding.owner,
  sources: sourcesOf(finding),
})
