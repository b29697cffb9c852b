import type { Caller } from '../access/caller.ts'
import type { View } from './view.ts'

/** Where views come from: the resolver itself, or what a client narrowed it to. */
export interface Views {
  /** @throws {FacetError} as {@link Resolver.resolve} */
  resolve(server: string, caller: Caller): Promise<View>
}
