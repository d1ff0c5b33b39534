import { tagPairs } from "../../../registry/resource.ts"
import { op, type Out } from "../define.ts"
import { tagsOf } from "../tagging/tags.ts"
import { jobAccess } from "./access.ts"
import { MOST_TAGS } from "./create.ts"
import { tooManyTags } from "./errors.ts"
import { batchJobs, findJob } from "./job.ts"

export const PutJobTagging = op.write("PutJobTagging", {
  authorize: jobAccess("PutJobTagging"),
  run(tx, input, call): Out<"PutJobTagging"> {
    const job = findJob(tx, input, call)
    const { Tags: tags = [] } = input as Partial<typeof input>
    if (tags.length > MOST_TAGS) throw tooManyTags()
    tx.replace(batchJobs, job, { ...job, tags: tagsOf(tags) })
    return {}
  },
})

export const GetJobTagging = op.read("GetJobTagging", {
  authorize: jobAccess("GetJobTagging"),
  run(tx, input, call): Out<"GetJobTagging"> {
    const { tags } = findJob(tx, input, call)
    return { Tags: tagPairs(tags) }
  },
})

export const DeleteJobTagging = op.write("DeleteJobTagging", {
  authorize: jobAccess("DeleteJobTagging"),
  run(tx, input, call): Out<"DeleteJobTagging"> {
    const job = findJob(tx, input, call)
    tx.replace(batchJobs, job, { ...job, tags: {} })
    return {}
  },
})
