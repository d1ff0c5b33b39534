import { mapOf, record, text, type Shape } from "./shape.ts"

/** ("AI services opt-out policy syntax", each name recorded; AWS tells capitals apart.) */
const SERVICES = [
  ...["default", "aidevops", "aiops", "awssupplychain", "biodiscovery", "chimesdkvoiceanalytics"],
  ...["cloudwatch", "codeguruprofiler", "codewhisperer", "comprehend", "config", "connect"],
  ...["connectamd", "connectdecision", "connecthealth::operations", "connecthealth::training"],
  ...["connectoptimization", "contactlens", "datazone", "dms", "entityresolution", "finopsagent"],
  ...["frauddetector", "glue", "guardduty", "lex", "polly", "q", "quicksightq", "rekognition"],
  ...["scenariodiscovery", "securityhub", "securitylake", "textract", "transcribe", "transform"],
  ...["translate", "workspaces"],
]

export const AI_OPT_OUT_POLICY: Shape = record({
  services: mapOf(
    record({ opt_out_policy: text(/^(?:optIn|optOut)$/) }),
    new RegExp(`^(?:${SERVICES.join("|")})$`),
  ),
})
