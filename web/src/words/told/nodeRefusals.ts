// What the node refuses beside the ledger, in Spanish: [what is so, what to do now], by
// code (docs/reference/codes.md). Loaded when somebody reads Spanish.
type Refusals = Record<string, [string, string]>

const correct = 'Corríjalo como dice el nodo y envíelo de nuevo.'
const read = 'Lea abajo lo que dijo el nodo: nombra la cosa y la salida.'
const store: [string, string] = [
  'No se puede leer o escribir el almacén privado del nodo.',
  'Avise a quien opera el nodo: debe mirar su registro y el espacio en disco. Después intente de nuevo.',
]
const admin = 'Pídalo a un administrador de su organización.'
const operator = 'Avise a quien opera el nodo.'
const search = 'Compruebe el número y búsquelo en la lista.'
const fewer = 'Quite algo que ya no se necesite, o hágalo en partes.'

const access: Refusals = {
  'access/changed': ['Lo guardado sobre quién puede usar este nodo se cambió por detrás.', operator],
  'access/decided': ['El acto ya se decidió, o venció.', 'Mire en Personas qué espera todavía.'],
  'access/denied': ['Usted no tiene el permiso para hacerlo.', admin],
  'access/invalid': ['Lo escrito sobre personas o accesos no está bien.', correct],
  'access/last-passkey': [
    'Es su única clave de acceso: sin ella no podría entrar.',
    'Pida una invitación a un administrador, registre otra clave y después termine esta.',
  ],
  'access/limit': ['Hay tantos como se permiten.', fewer],
  'access/no-permit': [
    'Antes deben permitirlo dos personas, y no hay ningún permiso vigente.',
    'Pida el permiso a dos personas de su organización.',
  ],
  'access/not-found': ['En su organización no hay nada con ese identificador.', search],
  'access/older': ['Lo guardado aquí es más antiguo que lo que esta organización puso en el libro.', operator],
  'access/other-act': ['Eso que aprueba no es este acto.', 'Mire el acto otra vez.'],
  'access/same-person': [
    'Usted mismo pidió este acto: debe aprobarlo otra persona.',
    'Pídalo a otra persona que tenga el permiso.',
  ],
  'access/signature-needed': ['Este acto necesita su firma.', 'Fírmelo con su clave de acceso.'],
  'auth/ended': ['Esa sesión ha terminado.', 'Entre otra vez por esa organización.'],
  'auth/no-session': [
    'Solo se guarda o se cambia una sesión con la que alguien entró en el navegador.',
    'Entre antes con su nombre.',
  ],
  'auth/other-person': ['En este navegador entró otra persona.', 'Vuelva a cargar la página y entre con su nombre.'],
  'api/streams': ['Hay demasiadas pantallas que siguen lo mismo.', 'Cierre una que nadie lea.'],
}

const cases: Refusals = {
  'case/invalid': ['Lo que dice del caso no está bien o está incompleto.', correct],
  'case/limit': ['El caso tiene tanto de eso como se guarda.', 'Abra otro caso para lo que falta.'],
  'case/message': [
    'El mensaje no es un mensaje de excepción que aquí se entienda.',
    'Pida al socio que lo envíe de nuevo.',
  ],
  'case/not-found': ['No hay ningún caso con ese número.', search],
  'case/not-yet': [
    'Aún no llegó aquello con lo que se resuelve.',
    'Espere a que llegue, o diga con sus palabras qué se hizo.',
  ],
  'case/photo': ['El archivo no es una foto que se pueda guardar.', 'Tome la foto de nuevo, en JPEG, PNG o WebP.'],
  'case/state': ['El estado del caso no lo permite ahora.', 'Vuelva a cargar el caso y vea qué pide.'],
  'case/store': store,
}

const catalogue: Refusals = {
  'catalogue/conflict': [
    'El catálogo ya dice otra cosa de ese producto.',
    'Vea el producto y decida qué valor es el correcto.',
  ],
  'catalogue/invalid': ['Un dato del producto no está bien.', correct],
  'catalogue/limit': ['El producto, o el catálogo, tiene tanto de eso como puede.', fewer],
  'catalogue/not-found': ['El catálogo no tiene ese producto.', search],
  'catalogue/store': store,
}

const dock: Refusals = {
  'dock/document': ['El documento no se puede usar para recibir.', 'Pida al remitente un documento corregido.'],
  'dock/invalid': ['Lo que dice de la recepción no está bien.', correct],
  'dock/no-container': ['Aquí no se espera nada dentro de él, así que no se puede abrir.', 'Escanee lo que contiene.'],
  'dock/no-document': [
    'Nada de lo que espera lo nombra.',
    'Abra la recepción sin él y tome el documento cuando llegue.',
  ],
  'dock/not-found': ['No hay tal recepción, o la cosa no está en ella.', search],
  'dock/nothing-on-offer': ['De este envío ya no queda nada ofrecido.', 'Vea en la lista de envíos qué fue de él.'],
  'dock/nothing-scanned': ['No se escaneó nada.', 'Escanee lo que llegó, o descarte la recepción.'],
  'dock/other-session': ['Eso se está recibiendo en otra recepción.', 'Siga allí.'],
  'dock/refused': ['La recepción no puede hacerlo tal como están las cosas.', read],
  'dock/state': [
    'Esta recepción ya no está abierta, o aún no ha llegado a ese paso.',
    'Vuelva a cargar la recepción y vea cómo está.',
  ],
  'dock/store': store,
  'dock/too-many': ['Es más de lo que cabe en una recepción.', 'Termine esta y siga en otra.'],
  'dock/too-many-watch': ['Demasiadas pantallas siguen esta recepción.', 'Cierre una que nadie lea.'],
}

const exchange: Refusals = {
  'exchange/document': ['El documento no se puede enviar así: su nombre, su tamaño, su clase o su receptor.', read],
  'exchange/no-listener': ['Se publicaría un buzón sin dirección.', operator],
  'exchange/no-mailbox': ['Aún no hay buzón cuya clave se pueda cambiar.', 'Publique antes el buzón.'],
  'exchange/not-found': ['No hay ninguna entrega con ese identificador.', search],
  'exchange/outbox-full': [
    'Espera tanto por enviarse que no se toma más.',
    'Mire en la lista de salida qué lo detiene.',
  ],
  'exchange/refused': ['La entrega no se puede cambiar así tal como están las cosas.', read],
  'exchange/store': store,
  'ways/not-found': ['No hay tal entrada, recibo o paquete.', search],
  'ways/other-inlet': [
    'Esa clave solo puede dejar archivos en la entrada que lleva su nombre.',
    'Haga una clave que se llame como la entrada.',
  ],
  'ways/refused': [
    'El archivo no se puede tomar, o el paquete no puede salir ni cambiarse tal como están las cosas.',
    read,
  ],
  'ways/store': store,
}

const files: Refusals = {
  'erase/mark': ['La señal de hasta dónde se leyó no está bien.', 'Comience la lista desde el principio.'],
  'erase/not-found': ['No hay tal borrado.', search],
  'erase/store': store,
  'erase/too-many': ['Hay demasiados borrados a la vez.', 'Espere a que termine uno.'],
  'erase/under-way': ['Ya hay un borrado en curso.', 'Espere a que termine.'],
  'file/busy': [
    'El nodo trabaja con tantos archivos como puede, o con tantos de los suyos.',
    'Envíe el archivo de nuevo cuando uno esté terminado.',
  ],
  'migrate/file': [
    'El archivo no se puede leer como lista o archivo histórico.',
    'Revise el formato y envíelo de nuevo.',
  ],
  'migrate/invalid': ['Algo de lo pedido no está bien.', correct],
  'migrate/limit': ['Es más de lo que se toma a la vez.', 'Hágalo en partes.'],
  'migrate/not-found': ['No hay tal lista o archivo histórico.', search],
  'migrate/store': store,
}

const hosting: Refusals = {
  'hosting/full': [
    'El almacén de la organización llegó a su tope; no se cambió nada.',
    'Leer sigue funcionando. Pida más espacio a quien opera el nodo.',
  ],
  'hosting/not-here': [
    'Este nodo no tiene nada de esa organización.',
    'Pregunte a quien opera el nodo si se ha mudado.',
  ],
  'hosting/served': [
    'Este nodo ya atiende a esa organización: no se repone una copia sobre lo que funciona.',
    operator,
  ],
  'hosting/too-often': [
    'Se preguntó más veces por minuto de lo permitido.',
    'Espere un minuto, o pida un cupo mayor a quien opera el nodo.',
  ],
  'node/crowded': [
    'Espera un bloque tanto como guarda este nodo; no se hizo nada.',
    'Envíelo de nuevo dentro de poco.',
  ],
  'node/no-block': [
    'Este nodo no tiene un bloque de esa altura.',
    'Pida una altura que tenga, o pregunte a otro nodo.',
  ],
  'node/not-ready': [
    'El nodo aún no está listo: va por detrás de la red o retoma un trabajo interrumpido.',
    'Espere un momento y envíelo de nuevo.',
  ],
  'node/pruned': [
    'El bloque es más antiguo de lo que guarda este nodo.',
    'Pídalo al miembro que nombra el nodo, o use el recibo que se hizo entonces.',
  ],
  'node/undecided': [
    'No se hizo ningún bloque en diez segundos; lo pedido se conserva.',
    'No envíe nada de nuevo: termina solo cuando vuelva a haber bloques.',
  ],
  'node/unheard': [
    'El nodo no está unido a ningún otro y no puede hacer un bloque solo; no se hizo nada.',
    'Avise a quien opera el nodo y envíelo de nuevo después.',
  ],
}

const partners: Refusals = {
  'partner/conflict': ['Otro socio ya tiene ese número o ese lugar.', 'Lea abajo cuál es.'],
  'partner/invalid': ['Un dato de la libreta de direcciones está mal.', correct],
  'partner/limit': ['El socio, o la libreta, tiene tanto de eso como puede.', fewer],
  'partner/not-found': ['La libreta no tiene tal socio o dato.', search],
  'partner/private-route': [
    'La dirección lleva dentro de la propia red de este nodo.',
    'Pida al socio su dirección pública.',
  ],
  'partner/store': store,
  'ti/arrival': ['El documento no se puede tomar tal como se describe, o un número de la búsqueda está mal.', correct],
  'ti/not-found': ['No hay ningún documento con ese número.', search],
  'ti/not-given': ['El documento no se da así.', read],
  'ti/store': store,
  'ti/too-many': ['El documento nombra más envases de los que se imprimen.', 'Tome el documento mismo.'],
  'ti/too-wide': [
    'La búsqueda halla más documentos o envases de los que caben en una respuesta.',
    'Pida menos: solo el lote, o menos días.',
  ],
}

const goods: Refusals = {
  'trace/broken-case': [
    'Vino de fuera de la red y no se mueve como una sola cosa.',
    'Nombre uno por uno los envases que contiene.',
  ],
  'trace/busy': [
    'Ya se trabaja en tantos documentos grandes como se puede.',
    'Envíelo de nuevo cuando uno esté terminado.',
  ],
  'trace/buyer-is-member': [
    'El comprador es miembro de la red: su mercancía no sale de ella.',
    'Hágale un envío dentro de la red.',
  ],
  'trace/buyer-not-authorised': [
    'El comprador no es un socio comercial autorizado.',
    'Vea al socio y por qué; pídale su licencia.',
  ],
  'trace/buyer-without-gln': [
    'La libreta no tiene el GLN del comprador, así que los datos no pueden nombrarlo.',
    'Anote en Socios su lugar con su GLN.',
  ],
  'trace/called-off': ['Esa salida se anuló y su mercancía está libre.', 'Prepárela de nuevo.'],
  'trace/cursor': ['No existe esa página de la lista.', 'Comience la lista desde el principio.'],
  'trace/document-faults': ['El documento del envío tendría errores que el receptor rechazaría.', read],
  'trace/done-too-long-ago': [
    'Se hizo hace demasiado tiempo para anotarlo con su hora.',
    'Anótelo como hecho ahora y diga en el motivo cuándo fue.',
  ],
  'trace/drop-shipment': [
    'Una venta con entrega directa necesita el lugar del otro lado.',
    'Nombre ese lugar por su GLN.',
  ],
  'trace/events-size': [
    'Su historia es más grande de lo que se da en un solo documento.',
    'Tome los documentos mismos: los pasos de su recorrido los nombran.',
  ],
  'trace/file': ['El archivo está dañado o se cambió.', 'Pídalo de nuevo a su remitente.'],
  'trace/keys-asked': [
    'Se pidieron claves de recepción al nodo del socio, que aún no contesta.',
    'Envíe de nuevo cuando estén aquí.',
  ],
  'trace/leaving': [
    'Está saliendo de la red, en una salida que no está confirmada.',
    'Confirme esa salida o anúlela antes.',
  ],
  'trace/left': [
    'Lo que nombra esa salida ya salió, así que no se puede anular.',
    'Cuando vuelva, recíbalo de nuevo como devuelto.',
  ],
  'trace/no-buyer': ['La libreta de direcciones no tiene a ese comprador.', 'Anótelo en Socios, con su GLN.'],
  'trace/no-departure': [
    'Es un envío dentro de la red y no sale por una confirmación.',
    'Vea en la lista de envíos qué no está confirmado.',
  ],
  'trace/not-found': ['En el almacén privado no hay nada con ese nombre.', 'Compruebe el número.'],
  'trace/not-introduced': ['Vino de fuera de la red y así no se puede vender ni mover.', read],
  'trace/not-verified': [
    'Se compró fuera de la red, y no se le puede poner una retención.',
    'Verifíquelo antes, y dígalo.',
  ],
  'trace/picks-full': [
    'Hay abiertas tantas preparaciones de pedidos como se permiten.',
    'Descarte las que no se necesiten, o envíelas.',
  ],
  'trace/reason': ['Se levantaría una retención sin decir por qué.', 'Escriba el motivo.'],
  'trace/refused': ['No se puede hacer tal como están las cosas.', read],
  'trace/request-at-work': ['Esa petición aún se está haciendo.', 'Pregunte otra vez dentro de un momento.'],
  'trace/request-reused': ['La clave de esa petición ya sirvió para otra.', 'Hágalo otra vez desde el principio.'],
  'trace/reserved': ['Está reservado para un pedido.', 'Elija otro, o libere la reserva.'],
  'trace/store': store,
  'trace/under-way': ['El mismo acto ya está en curso.', 'Hágalo sin la prueba: sigue donde quedó.'],
}

export const nodeRefusals: Refusals = {
  ...access,
  ...cases,
  ...catalogue,
  ...dock,
  ...exchange,
  ...files,
  ...hosting,
  ...partners,
  ...goods,
}
