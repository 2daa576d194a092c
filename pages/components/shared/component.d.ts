/** What Streamlit passes to the default function of a component's module. */
export interface Component<Data, Root extends HTMLElement | ShadowRoot = ShadowRoot> {
  data: Data;
  parentElement: Root;
  /** Set a part of the state that Python reads; the script reruns. */
  setStateValue(name: string, value: unknown): void;
  /** Set a value for one run of the script. */
  setTriggerValue(name: string, value: unknown): void;
}
