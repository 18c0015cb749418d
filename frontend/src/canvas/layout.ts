// A model without a drawing gets one. Foreign extensions and attributes stay: only the drawing is added.
import { layoutProcess } from 'bpmn-auto-layout';
import { BpmnModdle } from 'bpmn-moddle';
import type { Model } from './types';

/** Whether the model has something to show and no drawing of it. */
export async function drawn(xml: string): Promise<string> {
  if (/BPMNPlane/.test(xml) && /BPMNShape/.test(xml)) return xml;
  const moddle = new (BpmnModdle as any)();
  const { rootElement } = (await moddle.fromXML(xml)) as { rootElement: Model };
  let any = false;
  for (const root of rootElement.rootElements ?? []) {
    if (root.$type === 'bpmn:Process') any = complete(root) || any;
  }
  if (!any) return xml;
  rootElement.diagrams = [];
  const { xml: whole } = await moddle.toXML(rootElement, { format: true });
  return layoutProcess(whole);
}

/** Every flow is named at both ends: the layout follows these names, and loses flows without them. */
function complete(scope: Model): boolean {
  const elements: Model[] = scope.flowElements ?? [];
  for (const flow of elements) {
    if (flow.$type !== 'bpmn:SequenceFlow' || !flow.sourceRef || !flow.targetRef) continue;
    const outgoing: Model[] = flow.sourceRef.get('outgoing');
    if (!outgoing.includes(flow)) outgoing.push(flow);
    const incoming: Model[] = flow.targetRef.get('incoming');
    if (!incoming.includes(flow)) incoming.push(flow);
  }
  for (const element of elements) if (element.flowElements) complete(element);
  return elements.length > 0;
}
