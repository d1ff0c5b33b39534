/** No room for a commit or a blob. Nothing of it was kept; the store goes on when there is room. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError"

  constructor(options?: ErrorOptions) {
    super("the disk is full", options)
  }
}

/** The disk failed, so that the store refuses commits until it is opened again. */
export class StoreFailedError extends Error {
  override readonly name = "StoreFailedError"
}

/** Another process has the folder open. */
export class StoreInUseError extends Error {
  override readonly name = "StoreInUseError"
  readonly folder: string

  constructor(folder: string, owner: string) {
    super(`${folder} is in use by ${owner}`)
    this.folder = folder
  }
}

/** What lies in the folder was not written by this version, or has been damaged. */
export class StoreCorruptError extends Error {
  override readonly name = "StoreCorruptError"
}

/** The store cannot take writes now (a full disk, a closed world); nothing was changed. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable"
}
