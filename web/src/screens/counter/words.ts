import { area } from '../../words/area'

/** The sentences of what stands beside an answer at the counter: a label, what to tell a patient, sending back. */
export const words = area('counter', {
  en: {
    label: {
      print: 'Print label',
      stop: 'Do not dispense or ship',
      tell: 'Kept apart: its data is being checked',
      ok: 'Keep apart',
      checked: 'Checked',
      by: 'By',
      decided: 'Decided by, on',
    },
    patient: {
      open: 'What do I tell the patient?',
      say: 'You can say',
      recalled: '“The maker called this lot back, so I can’t give you this pack. I will look for another one for you.”',
      expired: '“This pack is past its date. I will get you another one.”',
      stop: '“Something about this pack is not in order. I can’t give it to you until that is clear. I will look for another one for you.”',
      tell: '“I can’t confirm yet where this pack comes from. I only hand out what I could check, so I will look for another one for you.”',
      other: 'Scan another pack of the same medicine.',
      stock: 'See what is here',
      none: 'If there is none: ask the seller or another pharmacy today, or ask the prescriber. Nobody should go without their medicine because of this pack.',
      home: 'If the patient has packs of this lot at home: ask for them back. Ask the patient not to stop the medicine before they have spoken with you or their doctor.',
      alone:
        'This answer speaks of this pack alone. It says nothing against packs that the patient had before, and it doesn’t say that this one is fake.',
    },
    back: {
      open: 'Send it back',
      title: 'Send it back to whom it came from',
      what: 'The seller is told why, and receives it. It leaves your stock now.',
      why: 'Why it goes back',
      reasons: {
        overage: 'More than was ordered, or not needed',
        'wrong-product': 'Not what was ordered',
        damaged: 'Damaged',
        expired: 'Past its date',
        recalled: 'Recalled',
        'refused-by-customer': 'The customer refused it',
        suspect: 'Suspect',
        other: 'Something else',
      },
      text: 'In words, for the seller',
      send: 'Send it back',
      done: 'It is on its way back. Put it apart for the carrier.',
      prepared:
        'It is prepared to go back to a seller outside the network. When it has left, say so on its page: Go to, “Sending”.',
    },
  },
  es: {
    label: {
      print: 'Imprimir etiqueta',
      stop: 'No dispensar ni enviar',
      tell: 'Apartado: se comprueban sus datos',
      ok: 'Mantener apartado',
      checked: 'Comprobado',
      by: 'Por',
      decided: 'Decidido por, el',
    },
    patient: {
      open: '¿Qué le digo al paciente?',
      say: 'Puede decir',
      recalled: '«El fabricante retiró este lote, así que no puedo darle este envase. Le busco otro.»',
      expired: '«Este envase está caducado. Le traigo otro.»',
      stop: '«Algo de este envase no está en orden. No puedo dárselo hasta que se aclare. Le busco otro.»',
      tell: '«Aún no puedo confirmar de dónde viene este envase. Solo entrego lo que pude comprobar, así que le busco otro.»',
      other: 'Escanee otro envase del mismo medicamento.',
      stock: 'Ver lo que hay',
      none: 'Si no hay ninguno: pregunte hoy al vendedor o a otra farmacia, o a quien lo recetó. Nadie debe quedarse sin su medicamento por este envase.',
      home: 'Si el paciente tiene en casa envases de este lote: pídaselos. Pídale que no deje el medicamento antes de hablar con usted o con su médico.',
      alone:
        'Esta respuesta habla solo de este envase. No dice nada contra los envases que el paciente tuvo antes, ni dice que este sea falso.',
    },
    back: {
      open: 'Devolverlo',
      title: 'Devolverlo a quien lo envió',
      what: 'Al vendedor se le dice por qué, y lo recibe. Sale ahora de sus existencias.',
      why: 'Por qué se devuelve',
      reasons: {
        overage: 'Más de lo pedido, o no hace falta',
        'wrong-product': 'No es lo que se pidió',
        damaged: 'Dañado',
        expired: 'Caducado',
        recalled: 'Retirado',
        'refused-by-customer': 'El cliente lo rechazó',
        suspect: 'Sospechoso',
        other: 'Otra cosa',
      },
      text: 'En palabras, para el vendedor',
      send: 'Devolverlo',
      done: 'Está en camino de vuelta. Apártelo para el transportista.',
      prepared:
        'Está preparado para volver a un vendedor fuera de la red. Cuando haya salido, dígalo en su página: Ir a, «Envíos».',
    },
  },
})
