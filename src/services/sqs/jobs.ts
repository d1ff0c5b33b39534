import { job } from "../../kernel/later/later.ts"
import type { WriteTx } from "../../kernel/transaction.ts"
import { forgetAttempts } from "./store/attempt.ts"
import { forgetJob, forgetWindow, type WindowRef } from "./store/deduplication.ts"
import { DELETED_NAME_MS } from "./limits.ts"
import { moveJob, moveTasks, stepTask, type MoveRef } from "./store/move-task.ts"
import {
  closeStore,
  expireJob,
  openStore,
  settleJob,
  type OpenStore,
  type StoreRef,
} from "./store/open-store.ts"
import { deletedQueues, sameQueue, type DeletedQueue } from "./queue.ts"
import { expireMessages, settleDue } from "./store/settle.ts"
import { sweepJob, sweepStore, type Abandoned } from "./store/sweep.ts"

/** Rows that one step of a job takes on. */
const STEP = 200

/** Works on a store as long as it is its queue's present one. */
function inStore(tx: WriteTx, ref: StoreRef, work: (open: OpenStore) => void): void {
  const queue = sameQueue(tx, ref)
  if (queue?.store !== ref.store) return
  const open = openStore(tx, queue)
  work(open)
  closeStore(open)
}

export const settle = job<StoreRef>(settleJob.name, {
  run: (tx, ref) => inStore(tx, ref, (open) => settleDue(open, STEP)),
})

export const expire = job<StoreRef>(expireJob.name, {
  run: (tx, ref) => inStore(tx, ref, (open) => expireMessages(open, STEP)),
})

export const sweep = job<Abandoned>(sweepJob.name, {
  run(tx, abandoned) {
    const rest = sweepStore(tx, abandoned, STEP)
    if (rest) tx.schedule(sweepJob, rest, tx.now)
  },
})

export const forget = job<WindowRef>(forgetJob.name, {
  run(tx, ref) {
    const more = forgetWindow(tx, ref, STEP) || forgetAttempts(tx, ref, STEP)
    if (more) tx.schedule(forgetJob, ref, tx.now)
  },
})

export const move = job<MoveRef>(moveJob.name, {
  run(tx, ref) {
    const queue = sameQueue(tx, ref)
    const task = queue && tx.get(moveTasks, [queue.id, ref.serial])
    if (task) stepTask(tx, queue, task)
  },
})

/** Frees the name of a deleted queue, unless it was deleted again since. */
export const freeName = job<Omit<DeletedQueue, "deletedMs">>("sqs/freeName", {
  run(tx, { account, region, name }) {
    const deleted = tx.get(deletedQueues, [account, region, name])
    if (deleted && deleted.deletedMs + DELETED_NAME_MS <= tx.now) tx.remove(deletedQueues, deleted)
  },
})
