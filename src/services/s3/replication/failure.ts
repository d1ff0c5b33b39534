/** Why a version is not replicated: one of "Amazon S3 replication failure reasons". */
export class ReplicationFailure extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.name = "ReplicationFailure"
    this.reason = reason
  }
}
