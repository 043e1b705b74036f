/** Volume types by what they ask of a backend: a retype may change where a volume lies, and nothing else of it. */
import { canonicalJson } from "../../canonical-json.ts";
import type { ClusterModel, StorageColumns } from "../../model/model.ts";
import { extraSpecsOf } from "../../model/storage-texts.ts";

/** Extra spec that names the backend. */
const BACKEND_NAME = "volume_backend_name";

interface TypeSpecs {
  /** Backend as an index into the text table; -1: none, or one that no pool has. */
  backend: number;
  others: ReadonlyMap<string, string>;
}

/** Types that agree on what they ask of a backend besides its name. */
export interface TypeClass {
  /** By backend: the type that a volume of this class gets there. */
  readonly targets: ReadonlyMap<number, number>;
}

export class VolumeTypes {
  readonly #specs: readonly TypeSpecs[];
  /** Types by the text of their name. */
  readonly #byName = new Map<number, number>();
  readonly #classOf = new Map<number, TypeClass>();
  readonly #classes = new Map<string, TypeClass>();

  /** @throws VigilError invalid-input for extra specs of another form */
  constructor(model: ClusterModel, storage: StorageColumns) {
    const { name, count } = storage.types;
    this.#specs = Array.from({ length: count }, (_, type) => {
      const others = extraSpecsOf(model, storage, type);
      const backend = others.get(BACKEND_NAME);
      others.delete(BACKEND_NAME);
      return { backend: backend === undefined ? -1 : model.findText(backend), others };
    });
    for (let type = 0; type < count; type++) this.#byName.set(name[type] as number, type);
  }

  /** @param name text of the type's name; null: nothing is known of such a type */
  find(name: number): number | null {
    return this.#byName.get(name) ?? null;
  }

  /** The class of a type; the same object for types of one class. */
  classOf(type: number): TypeClass {
    const known = this.#classOf.get(type);
    if (known !== undefined) return known;
    const { others } = this.#specs[type] as TypeSpecs;
    const key = canonicalJson(Object.fromEntries(others));
    const found = this.#classes.get(key) ?? { targets: this.#targetsOf(others) };
    this.#classes.set(key, found);
    this.#classOf.set(type, found);
    return found;
  }

  /**
   * Backend whose pools a volume of the type can't be retyped to, as its own type is the first there; -1: none.
   * A backend of its own with another type in front is a target as any.
   */
  homeOf(type: number): number {
    const { backend } = this.#specs[type] as TypeSpecs;
    return this.classOf(type).targets.get(backend) === type ? backend : -1;
  }

  /** The first type of each backend that grants all that is asked. It may grant more. */
  #targetsOf(asked: ReadonlyMap<string, string>): ReadonlyMap<number, number> {
    const targets = new Map<number, number>();
    this.#specs.forEach(({ backend, others }, type) => {
      if (backend < 0 || targets.has(backend)) return;
      if ([...asked].every(([key, value]) => others.get(key) === value)) targets.set(backend, type);
    });
    return targets;
  }
}
