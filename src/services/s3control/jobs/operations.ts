import { batchJobs, batchTasks } from "./job.ts"
import { CreateJob, forgetToken, requestTokens } from "./create.ts"
import { DescribeJob, ListJobs } from "./describe.ts"
import { prepareJob } from "./prepare.ts"
import { reportJob } from "./report.ts"
import { runJob } from "./run.ts"
import { expireJob, sweepTasks } from "./sweep.ts"
import { DeleteJobTagging, GetJobTagging, PutJobTagging } from "./tagging.ts"
import { UpdateJobPriority, UpdateJobStatus } from "./update.ts"

export const batchOperations = {
  ...{ CreateJob, DescribeJob, ListJobs, UpdateJobPriority, UpdateJobStatus },
  ...{ PutJobTagging, GetJobTagging, DeleteJobTagging },
}

export const batchTables = [batchJobs, batchTasks, requestTokens]

export const batchWork = [prepareJob, runJob, reportJob, sweepTasks, expireJob, forgetToken]
