// What the ledger refuses, in Spanish: [what is so, what to do now], by code
// (docs/reference/codes.md). Loaded when somebody reads Spanish.
type Refusals = Record<string, [string, string]>

const correct = 'Corríjalo como dice el nodo y envíelo de nuevo.'
const nothing = 'No tiene que hacer nada.'
const otherKey = 'Firme con otra clave.'
const council = 'Propóngalo al consejo.'
const room = 'Haga sitio antes, como dice el nodo.'
const licence = 'Compruebe papel, lugar y número de la licencia.'
const wait = 'Espere hasta la hora que dice el nodo.'

const kernel: Refusals = {
  'ledger/internal': [
    'El nodo se encontró con algo que sus reglas excluyen.',
    'Avise a quien opera el nodo: debe guardar su registro y comunicarlo.',
  ],
  'ledger/malformed': [
    'El asiento no está codificado de la única forma admitida.',
    'Avise a quien hizo el programa que lo envió.',
  ],
  'ledger/too-large': ['El asiento es más grande de lo permitido.', 'Divídalo: nombre menos cosas a la vez.'],
  'ledger/wrong-chain': ['Se firmó para otra red.', 'Fírmelo con el nombre de esta red.'],
  'ledger/expired': ['Su validez terminó antes de que llegara a un bloque.', 'Envíelo de nuevo.'],
  'ledger/valid-too-long': [
    'Su validez llega más lejos de lo permitido.',
    'Elija un final más cercano y fírmelo otra vez.',
  ],
  'ledger/replayed': ['Ya se aceptó antes.', 'No envíe nada: pida su recibo.'],
  'ledger/not-admitted': [
    'Detrás del asiento no hay ninguna organización admitida, o ninguna clave válida de ella.',
    'Nombre su organización y una de sus claves válidas.',
  ],
  'ledger/bad-signature': ['Una firma no corresponde a su clave.', 'Firme otra vez con cada clave nombrada.'],
  'ledger/quota': [
    'La organización agotó sus asientos o registros del día.',
    'Espere al día siguiente, o pida más al consejo.',
  ],
  'ledger/too-many-writes': [
    'El asiento escribe más registros de los permitidos.',
    'Divídalo: nombre menos cosas a la vez.',
  ],
  'ledger/unknown-module': [
    'Ningún módulo de esta red se llama así.',
    'Compruebe el nombre, o la versión del programa.',
  ],
  'ledger/unknown-kind': ['El módulo no conoce ese mensaje.', 'Compruebe el nombre, o la versión del programa.'],
  'ledger/weak-key': [
    'La clave es de otra clase que la admitida, o cualquiera podría firmar por ella.',
    'Haga una clave Ed25519 nueva.',
  ],
  'ledger/too-many-events': [
    'El asiento anuncia más sucesos, o mayores, de los permitidos.',
    'Divídalo: nombre menos cosas a la vez.',
  ],
  'ledger/nested-proposal': ['Una propuesta llevaría a cabo otra propuesta.', 'Proponga el acto mismo.'],
}

const members: Refusals = {
  'org/unknown-member': [
    'No hay tal organización en esta red.',
    'Compruebe el identificador, o pida que se la admita.',
  ],
  'org/suspended': ['La organización está suspendida.', 'No puede hacer nada hasta que el consejo la restituya.'],
  'org/removed': ['La organización fue expulsada.', 'Es definitivo: habría que admitirla con otro identificador.'],
  'org/unknown-key': ['La organización no tiene ninguna clave con ese número.', 'Nombre una de sus claves.'],
  'org/key-not-yet-valid': ['La clave vale solo desde una altura posterior.', 'Espérela, o use otra clave.'],
  'org/key-retired': ['La clave se retiró antes de esta altura.', otherKey],
  'org/key-compromised': ['Se sabe que la clave está en otras manos.', otherKey],
  'org/bad-field': ['Un campo tiene una forma que no se permite.', correct],
  'org/bad-identifier': ['Un número registrado está mal.', 'Revise las cifras: el dígito de control no corresponde.'],
  'org/bad-height': ['Una altura está fuera de lo admitido.', 'Dé 0, o una altura de las que dice el nodo.'],
  'org/bad-day': ['Un día está fuera de lo admitido, o en mal orden.', 'Dé un día de los que dice el nodo.'],
  'org/bad-quorum': ['Esa fracción no es un quórum.', 'Debe ser más de 1/2 y como mucho 1.'],
  'org/too-many': ['La organización o la red ya tiene tantos como puede.', room],
  'org/not-council': ['Solo el consejo puede hacerlo.', 'Propóngalo, o envíelo con un quórum de organizaciones.'],
  'org/not-own': [
    'Solo la propia organización o el consejo pueden hacerlo.',
    'Que lo envíe la organización, o propóngalo.',
  ],
  'org/member-exists': ['Ese identificador es o fue de otra organización.', 'Elija otro.'],
  'org/standing': ['La organización ya está en ese estado.', nothing],
  'org/last-member': ['No quedaría ningún miembro activo.', 'Admita o restituya antes a otro.'],
  'org/key-taken': ['La clave es o fue de alguien.', 'Haga una clave nueva.'],
  'org/key-unsigned': ['La clave nueva no ha firmado.', 'Haga que firme también la clave nueva.'],
  'org/key-ended': ['La clave ya se retiró o se declaró comprometida.', 'No queda nada que terminar.'],
  'org/last-key': ['La organización no podría firmar más.', 'Añada antes una clave nueva.'],
  'org/identifier-taken': ['El número pertenece a otra organización.', 'Si es suyo, diríjase al consejo.'],
  'org/prefix-overlap': [
    'El prefijo queda dentro de otro ya registrado, o lo contiene.',
    'Revise las cifras, o haga que se retire el otro.',
  ],
  'org/unknown-prefix': ['La organización no tiene ese prefijo.', 'Revise las cifras y de quién es.'],
  'org/delegated': ['El número ya está delegado.', 'Termine antes esa delegación.'],
  'org/unknown-delegation': ['No hay tal delegación.', 'Ha terminado, o nunca la hubo.'],
  'org/last-validator': ['La red se quedaría sin validador.', 'Ponga antes otro validador.'],
  'org/validator-busy': [
    'En este bloque ya hay otro cambio de ese validador.',
    'Envíelo de nuevo para un bloque posterior.',
  ],
  'org/unknown-validator': ['La organización no tiene tal validador.', 'Nombre su clave de consenso.'],
  'org/not-licensor': [
    'Quien envía no puede registrar ni terminar esa licencia.',
    'Pídalo a quien la registró, a otra autoridad, o al consejo.',
  ],
  'org/licence-exists': ['La licencia ya está registrada.', 'Renuévela o revóquela.'],
  'org/unknown-licence': ['No hay registrada tal licencia.', licence],
  'org/licence-ended': ['La licencia caducó o fue revocada.', 'Regístrela de nuevo.'],
  'org/not-proposable': ['Ese acto no se puede presentar al consejo.', 'Proponga el acto mismo.'],
  'org/proposal-exists': ['El asiento lleva una segunda propuesta.', 'Ponga una sola propuesta en cada asiento.'],
  'org/unknown-proposal': ['No hay tal propuesta.', 'Se decidió, se retiró o no salió adelante.'],
  'org/proposal-lapsed': ['El plazo para decidirla terminó.', 'Propóngalo de nuevo.'],
  'org/voted': ['La organización ya votó sobre ella.', 'El voto vale hasta que se cierre la propuesta.'],
  'org/not-proposer': ['Solo quien la propuso puede retirarla.', 'Vote en contra.'],
  'org/recovering': ['Hay en curso una recuperación del miembro.', 'Termínela o póngale fin antes.'],
  'org/no-recovery': ['No hay en curso ninguna recuperación del miembro.', 'El consejo debe abrir una.'],
  'org/recovery-early': ['La recuperación no ha estado abierta sus siete días.', wait],
  'org/recovery-vetoed': [
    'La última recuperación se vetó hace menos de un día.',
    'Espere hasta la hora que dice el nodo, o suspenda al miembro si quien veta es un ladrón.',
  ],
}

const custody: Refusals = {
  'trace/no-record': [
    'El libro no tiene ningún registro con ese nombre.',
    'Compruebe el número, o abra el contenedor en el que está cerrado.',
  ],
  'trace/not-live': [
    'Está en tránsito, embalado, o su vida terminó.',
    'Haga antes lo que dice el nodo: recíbalo, reclámelo o desembálelo.',
  ],
  'trace/not-owner': [
    'No firmó ninguna clave de su propietario.',
    'Firme con la clave del propietario de ese registro.',
  ],
  'trace/not-holder': ['No firmó ninguna clave de quien lo tiene.', 'Firme con la clave del tenedor de ese registro.'],
  'trace/origin-exists': ['Esa fabricación ya se registró.', 'Use una clave nueva de un solo uso para cada una.'],
  'trace/no-origin': ['El libro no conoce esa fabricación.', 'Compruebe el origen, y que el nodo esté al día.'],
  'trace/wrong-origin': [
    'El origen no corresponde a su clave de un solo uso.',
    'Dedúzcalo de la clave y del nombre de la red.',
  ],
  'trace/key0-not-signed': ['La clave de un solo uso de la fabricación no firmó.', 'Firme también con ella.'],
  'trace/not-commissioner': [
    'La organización no es un fabricante o reempacador con licencia vigente hoy.',
    'Haga registrar antes su papel y su licencia.',
  ],
  'trace/bad-shape': ['Las partes del mensaje no concuerdan, o son más de las que puede nombrar.', correct],
  'trace/bad-opening': [
    'Lo que se muestra no lleva a la raíz del registro.',
    'Muestre los lugares tal como se cerraron.',
  ],
  'trace/already-surfaced': [
    'Ese objeto ya salió antes de su contenedor.',
    'Sale una sola vez: use su propio registro.',
  ],
  'trace/stopped': [
    'Está retenido, inmovilizado por el consejo, o marcado como ilegítimo o robado.',
    'Haga que termine la retención; lo marcado puede enviarse como devolución.',
  ],
  'trace/recalled': [
    'Está en retirada del mercado.',
    'Envíelo como devolución; no se embala con otros ni se transforma.',
  ],
  'trace/self-pack': ['Un registro se embalaría en sí mismo.', 'Nombre otro contenedor.'],
  'trace/too-deep': ['Hay más contenedores uno dentro de otro de los permitidos.', 'Desembale antes.'],
  'trace/not-in-box': ['No está en el contenedor que se nombra.', 'Nombre el contenedor en el que está directamente.'],
  'trace/deadline': ['El plazo es demasiado corto o demasiado largo.', 'Elija uno de entre una hora y 45 días.'],
  'trace/not-in-transit': ['No está ofrecido.', 'Nada: se recibió, se rechazó o se reclamó.'],
  'trace/too-late': [
    'Terminó el plazo para recibirlo, o su origen se está olvidando.',
    'Pida al remitente que lo envíe de nuevo.',
  ],
  'trace/too-early': ['El receptor aún puede recibirlo, o el propietario vetar la recuperación.', wait],
  'trace/not-receiver': [
    'No firmaron todas las claves a las que se ofreció.',
    'Firme con las claves de un solo uso de la oferta.',
  ],
  'trace/not-empty': ['Aún hay cosas embaladas en él.', 'Nómbrelas también, o desembálelas.'],
  'trace/wrong-class': [
    'Este acto no conoce esa clase, o la mercancía es de una que no lo permite.',
    'Elija una de las que dice el nodo.',
  ],
  'trace/wrong-flags': [
    'Se nombran marcas que no se pueden poner y quitar a la vez.',
    'Nombre cada una en un solo lado.',
  ],
  'trace/not-left-network': ['Nunca salió de la red, o ya volvió una vez.', 'Solo vuelve lo que salió, y una vez.'],
  'trace/bad-statement': [
    'La declaración del fabricante no es la comprometida, o no la firmó una clave válida entonces.',
    'Abra la declaración que se hizo con la fabricación.',
  ],
  'trace/no-recall': [
    'No hay tal retirada, o ninguna con esa clase y ese texto.',
    'Compruebe su número, clase y texto.',
  ],
  'trace/not-under-recall': ['Está en otra retirada, o en ninguna.', 'Compruebe el número de la retirada.'],
  'trace/already-answered': ['Ya respondió a esa retirada.', nothing],
  'trace/not-council': ['Solo el consejo puede hacerlo.', council],
  'trace/no-recovery': ['No hay en curso ninguna recuperación del registro.', 'El consejo debe comenzar una.'],
  'trace/recovering': ['Hay en curso una recuperación del registro.', 'Espere a que termine o se vete.'],
  'trace/named-twice': ['El asiento nombra dos veces lo mismo.', 'Nómbrelo una vez.'],
  'trace/under-later-recall': ['Está en una retirada posterior a la que se nombra.', 'Responda a esa.'],
}

const network: Refusals = {
  'network/bad-field': ['Un campo tiene una forma que no se permite.', correct],
  'network/too-many': ['El miembro o la red ya tiene tantos como puede.', room],
  'network/node-taken': [
    'El nodo es de otro miembro.',
    'Dé a cada nodo su propia clave; si el identificador es suyo, diríjase al consejo.',
  ],
  'network/unknown-peer': ['El miembro no ha publicado tal nodo.', 'Compruebe el identificador del nodo y el miembro.'],
  'network/no-mailbox': ['El miembro no tiene buzón.', 'Publique antes uno, con una clave de sellado.'],
  'network/mailbox-exists': [
    'Se dio una clave de sellado para un buzón que ya tiene una.',
    'Quítela para mover el buzón, o cambie la clave.',
  ],
  'network/key-used': ['La clave firma asientos, o ya es la del buzón.', 'Haga una clave nueva.'],
  'network/overlap': [
    'Dos claves de sellado aún coinciden.',
    'Espere a la altura que dice el nodo, o retire el buzón y publíquelo de nuevo.',
  ],
  'network/bad-height': ['Una altura está fuera de lo admitido.', 'Dé una de las que dice el nodo.'],
  'network/bad-version': ['La versión no sube, o está fuera de lo admitido.', 'Dé una mayor que la vigente.'],
  'network/upgrade-scheduled': ['Ya hay prevista una actualización.', 'Anúlela antes, o espérela.'],
  'network/no-upgrade': ['No hay prevista tal actualización.', 'Mire cuál lo está.'],
  'network/not-held': [
    'La clave del nodo no firmó que es de este miembro en esta red.',
    'Use la firma que da el propio nodo.',
  ],
  'anchor/bad-purpose': ['El fin tiene una forma que no se permite.', 'Use las letras que dice el nodo.'],
  'anchor/bad-root': ['Falta la raíz.', 'Dé sus 32 bytes.'],
  'anchor/not-own': ['Otro toma parte en el ancla.', 'Que la envíe la organización sola, y no por una propuesta.'],
  'anchor/too-many': ['El miembro tiene anclas para tantos fines como puede.', 'Use uno de ellos.'],
}

export const ledgerRefusals: Refusals = { ...kernel, ...members, ...custody, ...network }
