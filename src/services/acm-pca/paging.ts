import { offsetPages } from "../../registry/offset-page.ts"
import { badPageToken } from "./errors.ts"

export const { pageOf } = offsetPages("pca1:", badPageToken)
