/** Counted answers as a fit reads them (LANGUAGE section 8). */
export { answersLog, saturatedLog } from '../../inference/posterior/answers';

/** Whole numbers for a discrete distribution: the total rounded half up, and each amount within it. */
export const rounded = (amount: number): number => Math.floor(amount + 0.5);
