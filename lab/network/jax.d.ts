/** The part of the engine's interface that the lab uses, so that types check where the lab's package is not installed. */
declare module '@jax-js/jax' {
  type Axis = number | number[];
  /** An array on the device. Passing it to a function gives it away; `ref` keeps it for another use. */
  interface Array {
    readonly ref: this;
    readonly shape: number[];
    add(other: Array | number): Array;
    sub(other: Array | number): Array;
    mul(other: Array | number): Array;
    div(other: Array | number): Array;
    neg(): Array;
    sum(axis?: Axis, options?: { readonly keepdims?: boolean }): Array;
    mean(axis?: Axis, options?: { readonly keepdims?: boolean }): Array;
    reshape(shape: number[]): Array;
    transpose(order?: number[]): Array;
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  type Tree = Array | readonly Tree[] | { readonly [name: string]: Tree };
  function init(...devices: 'wasm'[]): Promise<string[]>;
  function defaultDevice(device: 'wasm'): string;
  function jit<F extends (...args: never[]) => unknown>(f: F): F & { dispose(): void };
  function valueAndGrad<P, R extends unknown[]>(
    f: (parameters: P, ...rest: R) => Array,
  ): (parameters: P, ...rest: R) => [Array, P];
  const numpy: {
    array(values: Float32Array | number): Array;
    zeros(shape: number[]): Array;
    matmul(a: Array, b: Array): Array;
    sqrt(a: Array): Array;
    zerosLike(a: Array): Array;
  };
  const nn: {
    softmax(a: Array, axis: number): Array;
    logSoftmax(a: Array, axis: number): Array;
    relu(a: Array): Array;
  };
  const tree: {
    map(f: (...leaves: Array[]) => Array, first: readonly Array[], ...rest: (readonly Array[])[]): Array[];
    ref<T extends readonly Array[]>(tree: T): T;
    dispose(tree: readonly Array[]): void;
  };
}
