import { area } from '../../words/area'

const en = {
  open: 'Export',
  title: 'Take this along',
  print: 'Print',
  printWhy: 'This page on paper, or as a PDF.',
  csv: 'Table (CSV)',
  csvWhy: 'For a spreadsheet. Cells that begin like a formula are made harmless.',
  json: 'Answer (JSON)',
  jsonWhy: 'All that the node says here, for another program.',
  epcis: 'Events (EPCIS 2.0 JSON)',
  epcisWhy: 'The events as the documents have them.',
  bundle: 'Proof (bundle)',
  bundleWhy: 'Can be checked on any machine, with every node stopped.',
  receipt: 'Receipt',
  receiptWhy: 'Proves the entry and how it ended, with every node stopped.',
  sealed: 'Sealed file',
  sealedWhy: 'What the receiver opens; nobody else can.',
}

const es: typeof en = {
  open: 'Exportar',
  title: 'Llévese esto',
  print: 'Imprimir',
  printWhy: 'Esta página en papel o como PDF.',
  csv: 'Tabla (CSV)',
  csvWhy: 'Para una hoja de cálculo. Las celdas que empiezan como una fórmula se hacen inofensivas.',
  json: 'Respuesta (JSON)',
  jsonWhy: 'Todo lo que dice aquí el nodo, para otro programa.',
  epcis: 'Sucesos (EPCIS 2.0 JSON)',
  epcisWhy: 'Los sucesos tal como están en los documentos.',
  bundle: 'Prueba (paquete)',
  bundleWhy: 'Se puede comprobar en cualquier máquina, con todos los nodos parados.',
  receipt: 'Recibo',
  receiptWhy: 'Prueba el asiento y cómo terminó, con todos los nodos parados.',
  sealed: 'Archivo sellado',
  sealedWhy: 'Lo abre quien lo recibe; nadie más puede.',
}

export const words = area('export', { en, es })
