import type { World } from "../../kernel/world.ts"
import type { CallObserver, CallRecord } from "../../registry/call-record.ts"
import type { Service } from "../../registry/service.ts"
import type { Catalog } from "../../services/catalog.ts"
import { reportUnasked } from "./unasked.ts"

interface Parts {
  readonly world: World
  readonly catalog: Catalog
  readonly report: (what: string, error: unknown) => void
}

/** Lets a service hear of its own calls: see `Service.observe`. */
export function serviceObserver({ world, catalog, report }: Parts): CallObserver {
  const failed = reportUnasked("observing a call", report)
  const tell = (service: Service, record: CallRecord): void => {
    const work = world.peek((tx) => service.observe?.(tx, record))
    if (work) write(work).catch(failed)
  }
  /** What is thrown at once is a rejection too. */
  const write = async (work: Parameters<World["write"]>[0]): Promise<unknown> => world.write(work)
  return (record) => {
    // Who was not authenticated may have found nothing loaded yet.
    const found = record.service === undefined ? undefined : catalog.find(record.service)
    if (found instanceof Promise) found.then((service) => tell(service, record)).catch(failed)
    else if (found?.observe) tell(found, record)
  }
}
