const WRITTEN_HERE: readonly string[] = ['rest', 'cli']

/** Whether something comes from a file or the program itself: it is changed there, and not here. */
export const isManaged = ({ origin }: { readonly origin: string }) => !WRITTEN_HERE.includes(origin)
