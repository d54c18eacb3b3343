/** Marks the lines that are ours among everything an extension host prints; invisible where it is printed after all. */
export const MARK = '\u2063';
