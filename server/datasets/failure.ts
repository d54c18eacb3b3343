/** Why a whole file cannot be used. Thrown inside the streams of this layer, where nothing else can leave a generator; `read.ts` turns it into a value. */
export class DatasetFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
