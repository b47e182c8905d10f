// What to do about a finding, in Spanish, where a rule has a remedy of its own
// (docs/reference/remedies.md). Every other one is a document to be corrected.

const wrongItem =
  'aparte las unidades nombradas, compárelas con sus etiquetas y pida al remitente un documento corregido'
const wrongLot =
  'aparte las unidades nombradas, lea lote y caducidad en sus etiquetas y pregunte, a través del remitente, qué declaró el fabricante'
const wrongParty = 'reciba la mercancía si es suya y pida al remitente un documento que nombre a las partes correctas'
const partyData =
  'reciba la mercancía y pida al remitente nombre y dirección de ambas partes: sin ellos la TI está incompleta'
const productData =
  'reciba la mercancía y pida al remitente los datos maestros del producto: sin ellos la TI está incompleta; mientras tanto puede completarla su propio catálogo'
const saleData = 'reciba la mercancía y pida al remitente un documento que no se contradiga sobre la venta'
const noShipment =
  'espere el evento de envío, que puede venir en un archivo aparte, o pídalo al remitente: nada dice quién vendió la mercancía a quién'
const copied = 'aparte las unidades nombradas como sospechosas: un número de serie corresponde a un solo envase'
const statement =
  'reciba la mercancía, no venda ni dispense lo que el libro no prueba y pida al remitente su declaración de transacción'
const unproved = 'no lo acepte; pida al remitente que envíe un archivo correcto'
const suspect = 'no lo acepte; apártelo como sospechoso y avise al remitente'
const unavailable = 'no lo acepte, venda ni dispense; acuerde con el remitente su devolución'

const byRemedy: [string, string[]][] = [
  [
    wrongItem,
    [
      ...['gs1/check-digit', 'gs1/identifier', 'gs1/class-as-object', 'dscsa/null-item', 'dscsa/unpacked-elsewhere'],
      ...['dscsa/own-parent', 'dscsa/too-deep', 'dscsa/commissioned-twice'],
    ],
  ],
  [
    wrongLot,
    [
      ...['gs1/lot', 'gs1/expiry', 'dscsa/lot-missing', 'dscsa/expiry-missing', 'dscsa/lot-conflict'],
      ...['dscsa/expiry-conflict', 'dscsa/lot-two-dates', 'receive/lot-or-expiry'],
    ],
  ],
  [wrongParty, ['dscsa/receiver-owner']],
  [partyData, ['dscsa/place-attribute', 'dscsa/place-master-data']],
  [
    productData,
    [...['gs1/ndc', 'gs1/ndc-gtin', 'dscsa/product-attribute', 'dscsa/product-master-data'], 'dscsa/product-two-names'],
  ],
  [saleData, ['dscsa/drop-shipment', 'dscsa/quantity-mismatch', 'dscsa/shipped-twice', 'dscsa/shipped-packed']],
  [noShipment, ['dscsa/no-shipment', 'dscsa/no-events']],
  [copied, ['dscsa/after-end', 'receive/duplicate-serial']],
  [statement, ['dscsa/statement-missing', 'dscsa/statement-not-affirmed', 'dscsa/legal-notice']],
  [
    unproved,
    [
      ...['receive/no-record', 'receive/not-offered', 'receive/wrong-keys', 'receive/key-reused', 'receive/root'],
      ...['receive/contents', 'receive/memo', 'receive/edited-event', 'receive/document'],
    ],
  ],
  [suspect, ['receive/statement', 'receive/no-maker', 'receive/licence', 'receive/prefix', 'receive/flagged']],
  [unavailable, ['receive/recalled', 'receive/expired']],
]

/** remedies is what to do, by the rule's code. */
export const remedies: Record<string, string> = {
  ...Object.fromEntries(byRemedy.flatMap(([says, codes]) => codes.map((c) => [c, says]))),
  'dscsa/not-commissioned':
    'aparte las unidades nombradas, compare sus números de serie con sus etiquetas y pida al remitente sus eventos de alta',
  'dscsa/two-parents':
    'abra ambos contenedores y escanee lo que hay dentro: lo que el documento dice de su contenido no puede ser cierto',
  'dscsa/no-children':
    'escanee lo que hay en el contenedor y pida al remitente sus eventos de empaquetado: su contenido no puede inferirse',
  'dscsa/nothing-commissioned':
    'espere los eventos de alta, que pueden venir en un archivo aparte, o pídalos al remitente',
  'dscsa/ended-inside':
    'abra el contenedor; si la unidad está dentro, no la venda ni la dispense: según los datos su vida ha acabado',
  'dscsa/expired': 'no lo venda ni lo dispense; devuélvalo, o acuerde con el remitente su destrucción',
  'dscsa/party-missing': 'reciba la mercancía si es suya y pida al remitente un documento que nombre a ambas partes',
  'dscsa/sender-owner': 'use el documento como está: donde otro envía o recibe en nombre de un dueño, nada está mal',
  'dscsa/partner-size': 'nada, salvo que el socio lo rechace; entonces envíe menos unidades a la vez',
  'receive/deadline': 'pida al remitente que lo envíe otra vez: la oferta en el libro ha terminado',
  'receive/product-no-data': 'reciba el resto, aparte estas unidades y pida al remitente sus datos',
  'receive/data-no-product': 'reciba lo que hay; rechace lo que no, y diga si aún se quiere',
  'receive/ledger': 'pruebe otra vez cuando este nodo siga el libro; nada se sabe contra la mercancía',
  'ti/sscc-reused':
    'abra el contenedor, escanee lo que hay dentro y diga a su remitente que su número corresponde también a otra unidad',
  'ti/wrong-receiver': 'si la mercancía es suya, pida un documento que le nombre como comprador; si no, no la reciba',
  'ti/sender-is-buyer': 'pregunte al remitente quién vendió la mercancía a quién',
  'ti/corrects-matched': 'mire las diferencias; la mercancía conserva aquello con lo que se recibió',
  'ti/older': 'nada: el documento posterior sigue vigente',
}
