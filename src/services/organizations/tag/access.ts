import { askToTag, type Ask } from "../../../registry/authorize.ts"

/** "If the request includes tags, then the requester must have the TagResource permission." */
export const withTagging = <Input extends object>(ask: Ask<Input>) =>
  askToTag("organizations:TagResource", ask)
