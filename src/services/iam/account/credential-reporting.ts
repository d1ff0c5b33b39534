import { table } from "../../../kernel/table.ts"
import { op, type Out } from "../define.ts"
import { onAccount } from "../grant.ts"
import { seconds } from "../names.ts"
import { credentialReport } from "./credential-report.ts"

/** The last report of an account, as it was made. */
export interface CredentialReport {
  readonly account: string
  readonly generatedMs: number
  readonly content: string
}

export const credentialReports = table<CredentialReport>("iam/credential-report", {
  key: (report) => [report.account],
  // 5,000 users of some 500 characters, with room.
  maxValueBytes: 16 * 1024 * 1024,
})

/** "You can generate a credential report as often as once every four hours". */
const KEPT_MS = 4 * 3_600_000

/**
 * The report is made at once: AWS needs some seconds, in which GetCredentialReport answers
 * ReportInProgress. Whoever asks again until the state is COMPLETE hears it the second time.
 */
export const GenerateCredentialReport = op.write("GenerateCredentialReport", {
  authorize: onAccount,
  run(tx, _input, call): Out<"GenerateCredentialReport"> {
    const { account } = call
    const old = tx.get(credentialReports, [account])
    if (old && tx.now - old.generatedMs < KEPT_MS) return { State: "COMPLETE" }
    const content = credentialReport(tx, call)
    tx.put(credentialReports, { account, generatedMs: seconds(tx.now), content })
    // Recorded for the first report; of one that takes the place of an old one not verified.
    return {
      State: "STARTED",
      Description: "No report exists. Starting a new report generation task",
    }
  },
})

export const GetCredentialReport = op.read("GetCredentialReport", {
  authorize: onAccount,
  run(tx, _input, { account }): Out<"GetCredentialReport"> {
    const report = tx.get(credentialReports, [account])
    // The words of both are not verified.
    if (!report)
      throw op.error("CredentialReportNotPresentException", "No report exists for this account.")
    if (tx.now - report.generatedMs >= KEPT_MS)
      throw op.error(
        "CredentialReportExpiredException",
        "The most recent credential report has expired.",
      )
    return {
      Content: Buffer.from(report.content),
      ReportFormat: "text/csv",
      GeneratedTime: report.generatedMs,
    }
  },
})
