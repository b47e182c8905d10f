// The guided paths of the demonstration's people: five minutes each.
import { area } from '../../words/area'

const en = {
  title: 'Five minutes as {{who}}',
  done: '{{done}} of {{all}} done',
  ticked: 'done',
  open: 'to do',
  hide: 'Hide this list',
  show: 'Show the guided path',
  code: 'Type or copy this code:',
  who: {
    pharmacist: 'a pharmacist',
    clerk: 'a receiving clerk',
    serialization: 'a serialization manager',
    owner: 'the owner',
    inspector: 'an inspector',
  },
  pharmacist: {
    ok: 'Scan a pack of your stock: OK. Dispense it.',
    again: 'Scan a pack that was dispensed before, as if a copy of it came to the counter: STOP.',
    held: 'One pack is on hold: its box was damaged. Look at it, and release it or leave it.',
    recalled: 'Scan a pack whose maker recalls its lot: STOP. Put it on hold, and ask the seller to take it back.',
    expired: 'Scan a pack that expired three days ago: STOP. It came over from your former system.',
    lapsed: 'Scan a pack whose seller’s licence had lapsed: STOP. See how that is known.',
    unknown: 'Scan a pack that nobody told you of: CAN’T TELL. Keep it apart, and ask the seller.',
    wrong: 'Scan a pack whose label says another lot than its maker: STOP, and a case is opened. Tell the seller.',
    device: 'See what this device can answer when the connection is gone.',
  },
  clerk: {
    begin: 'A pallet stands at the dock. Press “Receive”, and scan its label.',
    surprise: 'Scan a case that is not in the seller’s data, and see it kept apart.',
    finish: 'Receive the good cases, and tell the seller of the other one.',
    waiting: 'Another case of goods without data waits for the maker: see what both sides said.',
  },
  serialization: {
    answer: 'The wholesaler reported a pack without data. Answer it.',
    lines:
      'A file came to no message: see which line is wrong. The mended one is maker-right-date.xml in the demonstration’s folder: take it in.',
    again: 'The data of one shipment did not arrive: see why, and send it again.',
    ship: 'Ship a pallet of your stock to the wholesaler, and see first what it will find in the data.',
    lot: 'Find the packs of a lot, and where they are.',
    file: 'Try an EPCIS file: see what is wrong in it, line by line. Nothing is kept.',
  },
  owner: {
    cases: 'See which cases wait, and whose they are.',
    partners: 'One supplier’s licence has lapsed: see since when, and who says so.',
    people: 'Invite a person, and say what they may do.',
    audit: 'Read who did what here.',
    network: 'See whether your node and the network are well.',
  },
  inspector: {
    journey: 'Look a pack up, and follow it from its maker to this pharmacy.',
    proof: 'Check the proof of it in your own browser, step by step.',
    documents: 'Find the transaction information and statement of a lot, and print it.',
    ledger: 'Open the entry on the ledger that says who took it over, and when.',
  },
}

const es: typeof en = {
  title: 'Cinco minutos como {{who}}',
  done: '{{done}} de {{all}} hechos',
  ticked: 'hecho',
  open: 'por hacer',
  hide: 'Ocultar esta lista',
  show: 'Mostrar el recorrido guiado',
  code: 'Escriba o copie este código:',
  who: {
    pharmacist: 'persona farmacéutica',
    clerk: 'responsable de recepción',
    serialization: 'responsable de serialización',
    owner: 'titular',
    inspector: 'persona inspectora',
  },
  pharmacist: {
    ok: 'Escanee un envase de sus existencias: OK. Dispénselo.',
    again: 'Escanee un envase que ya se dispensó, como si llegara una copia al mostrador: ALTO.',
    held: 'Hay un envase retenido: su caja estaba dañada. Mírelo, y levante la retención o déjela.',
    recalled: 'Escanee un envase cuyo lote retira su fabricante: ALTO. Reténgalo y pida al vendedor que lo retire.',
    expired: 'Escanee un envase que caducó hace tres días: ALTO. Vino de su sistema anterior.',
    lapsed: 'Escanee un envase cuyo vendedor ya no tenía licencia: ALTO. Vea cómo se sabe.',
    unknown: 'Escanee un envase del que nadie le informó: NO SE SABE. Apártelo y pregunte al vendedor.',
    wrong:
      'Escanee un envase cuya etiqueta dice otro lote que su fabricante: ALTO, y se abre un caso. Avise al vendedor.',
    device: 'Vea qué puede responder este dispositivo cuando no hay conexión.',
  },
  clerk: {
    begin: 'Hay un palé en el muelle. Pulse «Recibir» y escanee su etiqueta.',
    surprise: 'Escanee una caja que no está en los datos del vendedor, y vea cómo se aparta.',
    finish: 'Reciba las cajas buenas y avise al vendedor de la otra.',
    waiting: 'Otro caso de mercancía sin datos espera al fabricante: vea qué dijeron ambas partes.',
  },
  serialization: {
    answer: 'El mayorista comunicó un envase sin datos. Respóndale.',
    lines:
      'Un archivo quedó sin mensaje: vea qué línea está mal. El corregido es maker-right-date.xml, en la carpeta de la demostración: cárguelo.',
    again: 'Los datos de un envío no llegaron: vea por qué y envíelos otra vez.',
    ship: 'Envíe un palé de sus existencias al mayorista, y vea antes qué hallará en los datos.',
    lot: 'Busque los envases de un lote, y dónde están.',
    file: 'Pruebe un archivo EPCIS: vea qué está mal en él, línea a línea. No se guarda nada.',
  },
  owner: {
    cases: 'Vea qué casos esperan, y de quién son.',
    partners: 'La licencia de un proveedor caducó: vea desde cuándo y quién lo dice.',
    people: 'Invite a una persona y diga qué puede hacer.',
    audit: 'Lea quién hizo qué aquí.',
    network: 'Vea si su nodo y la red están bien.',
  },
  inspector: {
    journey: 'Busque un envase y sígalo desde su fabricante hasta esta farmacia.',
    proof: 'Compruebe su prueba en su propio navegador, paso a paso.',
    documents: 'Busque la información y declaración de transacción de un lote, e imprímala.',
    ledger: 'Abra la entrada del libro que dice quién lo tomó, y cuándo.',
  },
}

export const words = area('guide', { en, es })
