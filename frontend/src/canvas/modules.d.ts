// Libraries whose own declarations we do not use (see types.ts), and files that the build takes in.
declare module 'bpmn-js/*';
declare module 'diagram-js/*';
declare module 'bpmn-auto-layout';
declare module 'bpmn-moddle';
declare module '*.css';
