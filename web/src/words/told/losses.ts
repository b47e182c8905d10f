// What a conversion can't carry over, in Spanish: [what is lost, what to do], by code.
// Loaded when somebody reads Spanish.
const send2 = 'Envíe EPCIS 2.0 a los socios que lo necesiten.'
const apart = 'Envíelo aparte.'

export const loss: Record<string, [string, string]> = {
  'loss/sensor-element': [
    'Los datos de sensores vinieron con EPCIS 2.0; se omiten.',
    'Envíe EPCIS 2.0 a los socios que los necesiten, o los datos aparte.',
  ],
  'loss/persistent-disposition': [
    'Las disposiciones persistentes vinieron con EPCIS 2.0; se omiten.',
    'Dígalo con una disposición, o envíe EPCIS 2.0.',
  ],
  'loss/certification-info': [
    'La información de certificación vino con EPCIS 2.0; se omite.',
    'Envíela como transacción comercial, o envíe EPCIS 2.0.',
  ],
  'loss/association-event': [
    'Los eventos de asociación vinieron con EPCIS 2.0; se omite el evento entero.',
    `${send2} O dígalo con un evento de agregación.`,
  ],
  'loss/cbv-word': [
    'La palabra vino con CBV 2.0; se escribe, pero quien solo conoce CBV 1.2 no la entiende.',
    'Acuérdela con el socio, o use una palabra de CBV 1.2.',
  ],
  'loss/error-declaration': [
    'Las declaraciones de error vinieron con EPCIS 1.2; lo que queda parecería un evento válido, así que se omite el evento entero.',
    'Envíe EPCIS 1.2.',
  ],
  'loss/event-id': [
    'Los identificadores de evento vinieron con EPCIS 1.2; se omite el identificador.',
    'Envíe EPCIS 1.2, o identifique los eventos por su hash.',
  ],
  'loss/master-data': [
    'Los datos maestros en la cabecera vinieron con EPCIS 1.2; se omiten.',
    'Envíe EPCIS 1.2, o los datos maestros en un documento propio.',
  ],
  'loss/field-of-other-type': [
    'El campo no es de este tipo de evento, así que XML no tiene sitio para él; se omite.',
    'Corrija el evento.',
  ],
  'loss/prefix-unknown': [
    'Nada dice cuántas cifras del identificador son el prefijo de empresa GS1; queda como Digital Link.',
    'Dé el prefijo de empresa.',
  ],
  'loss/no-digital-link': [
    'La URN de EPC no tiene forma de Digital Link; queda como está.',
    'Nada, si el receptor lee URN de EPC.',
  ],
  'loss/no-epc-urn': [
    'El Digital Link no tiene forma de URN de EPC; queda como está.',
    'Corríjalo, o déjelo si el receptor lee Digital Links.',
  ],
  'loss/digital-link-detail': [
    'El Digital Link dice más que el identificador (dominio propio, consulta, otros calificadores); el resto se omite.',
    'Conserve los identificadores como están, o envíe el resto aparte.',
  ],
  'loss/sbdh': [
    'El campo de la cabecera SBDH no tiene sitio en JSON; se omite.',
    'Envíelo aparte; JSON conserva remitente, receptor e identificador del documento.',
  ],
  'loss/comment': [
    'Los comentarios y las instrucciones de proceso no son parte de los datos; se omiten.',
    'Ponga en una extensión lo que el receptor deba saber.',
  ],
  'loss/attribute': ['Un atributo no tiene sitio en el destino como atributo.', 'Use un elemento en su lugar.'],
  'loss/context': [
    'Se omite un contexto de JSON-LD dado por su dirección, o una palabra clave suya; los prefijos quedan.',
    'Declare los prefijos en el documento mismo.',
  ],
  'loss/mixed-content': [
    'El texto entre elementos pierde su lugar entre ellos.',
    'Ponga el texto en un elemento propio.',
  ],
  'loss/order': [
    'Los elementos de un mismo nombre que no están juntos se juntan.',
    'Deje juntos los de un mismo nombre.',
  ],
  'loss/no-namespace': [
    'La extensión no tiene espacio de nombres, que el destino exige; se omite.',
    'Dele un espacio de nombres.',
  ],
  'loss/value-kind': [
    'XML no distingue números, verdadero y falso, nulo y objetos vacíos de un texto; queda el texto.',
    'Acuerde con el receptor la clase del valor.',
  ],
  'loss/list': [
    'XML no distingue una lista de uno de un valor solo, y no tiene lista vacía.',
    'Acuerde con el receptor qué es una lista.',
  ],
  'loss/nested-list': ['XML no tiene listas dentro de listas; se omite.', 'Dé un nombre a la lista interior.'],
  'loss/name': [
    'Ese nombre no puede ser un nombre en XML; se omite lo que nombra.',
    'Use un nombre de letras, cifras, «-», «_» y «.» que comience por una letra.',
  ],
  'loss/master-data-document': [
    'JSON no tiene documentos de datos maestros solos; se hace un EPCISDocument sin eventos.',
    'Nada, si el receptor lee los datos maestros de la cabecera.',
  ],
  'loss/query-header': ['Un documento de consulta en JSON no tiene cabecera; se omite el campo.', apart],
  'loss/header-extension': [
    'La cabecera de XML 2.0 no tiene sitio para extensiones; se escribe detrás de los eventos.',
    'Diga al receptor dónde mirar.',
  ],
  'loss/document-id': [
    'El id de JSON-LD del documento no tiene sitio en XML; se omite.',
    'Envíelo como identificador del documento.',
  ],
  'loss/document-extension': [
    'El elemento junto a la cabecera no tiene espacio de nombres, que JSON exige; se omite.',
    'Dele un espacio de nombres.',
  ],
}
