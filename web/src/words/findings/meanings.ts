// What the rules of documents mean, and how a document is mended, in Spanish; in English the
// node says it with the values (docs/reference/rules.md). Loaded when somebody reads Spanish.

/** [what is so, how the document is mended], by the rule's code. */
export const meanings: Record<string, [string, string]> = {
  'epcis/bad-time': [
    'una hora no es fecha y hora con desfase, o no existe',
    'escríbala como 2026-01-31T13:45:00.000-05:00',
  ],
  'epcis/bad-value': ['un valor de JSON es de otro tipo que su campo', 'escriba el tipo que se nombra'],
  'epcis/doctype': [
    'el XML tiene un DOCTYPE, que EPCIS no necesita y que puede llevar entidades dañinas',
    'quite la línea DOCTYPE',
  ],
  'epcis/duplicate-key': ['un nombre está dos veces en un objeto JSON', 'deje uno'],
  'epcis/encoding': ['el documento no es UTF-8, o está comprimido', 'guárdelo como UTF-8, sin comprimir'],
  'epcis/entity': [
    'una entidad que XML no define por sí mismo',
    'use solo &amp; &lt; &gt; &quot; &apos; y referencias de caracteres',
  ],
  'epcis/json': ['el texto no es JSON', 'corríjalo; lo más frecuente es una coma o una comilla mal puesta'],
  'epcis/late-header': [
    'la cabecera está detrás de los eventos, y el destino la quiere delante',
    'convierta desde un archivo, que puede leerse dos veces',
  ],
  'epcis/limit-attributes': ['un elemento tiene demasiados atributos', 'escriba menos atributos en él'],
  'epcis/limit-bytes': ['el documento es demasiado grande', 'envíelo en varios documentos'],
  'epcis/limit-depth': ['los elementos o valores están anidados a demasiada profundidad', 'anide menos'],
  'epcis/limit-epcs': ['un evento tiene demasiados identificadores', 'divida el evento'],
  'epcis/limit-events': ['el documento tiene demasiados eventos', 'envíelo en varios documentos'],
  'epcis/limit-members': ['un objeto JSON tiene demasiados miembros', 'escriba menos miembros en él'],
  'epcis/limit-namespaces': [
    'se declaran demasiados espacios de nombres a la vez',
    'declare cada uno una vez, en el documento',
  ],
  'epcis/limit-nodes': ['un evento o la cabecera tiene demasiados elementos de extensión', 'envíe menos extensiones'],
  'epcis/limit-tag': ['una etiqueta XML es demasiado larga', 'acórtela'],
  'epcis/limit-text': ['un texto, nombre o número es demasiado largo', 'acórtelo'],
  'epcis/limit-vocabulary': [
    'los datos maestros tienen demasiados elementos',
    'envíe solo los datos maestros que necesitan los eventos',
  ],
  'epcis/no-body': [
    'el documento no tiene cuerpo, o el JSON no tiene lista de eventos',
    'envíe un documento de eventos; si no hay ninguno, una lista vacía',
  ],
  'epcis/no-context': [
    'el JSON no tiene @context, o no lo tiene antes de sus extensiones',
    'escriba primero el @context de EPCIS 2.0',
  ],
  'epcis/no-events': [
    'el cuerpo contiene otra cosa que eventos',
    'envíe un documento de eventos; las consultas van a la interfaz de consultas',
  ],
  'epcis/not-epcis': [
    'el documento es de otra clase',
    'envíe un EPCISDocument, un EPCISQueryDocument o un evento estándar',
  ],
  'epcis/read': ['no se pudo leer el documento hasta el final', 'envíe el archivo otra vez'],
  'epcis/repeated': ['un campo o una lista está dos veces donde cabe una', 'deje uno'],
  'epcis/trailing': ['hay algo detrás del documento', 'quite lo que está detrás de su final'],
  'epcis/truncated': ['el documento acaba antes de tiempo', 'envíe otra vez el archivo entero'],
  'epcis/unexpected-text': ['hay texto donde solo caben elementos', 'quite el texto'],
  'epcis/unknown-event': ['un evento no es de ningún tipo estándar', 'use uno de los cinco tipos de evento'],
  'epcis/unknown-field': [
    'un campo que el estándar no tiene está fuera de un espacio de nombres',
    'corrija su nombre (cuentan las mayúsculas), o póngalo en un espacio de nombres propio',
  ],
  'epcis/unknown-prefix': ['un prefijo no está declarado', 'declárelo en el documento, en xmlns o @context'],
  'epcis/unwritable': ['un valor no se puede escribir', 'corrija el valor antes de escribirlo'],
  'epcis/xml': ['el texto no es XML bien formado', 'corríjalo donde dice la línea'],

  'structure/action': ['la acción no es ADD, OBSERVE ni DELETE', 'use una de las tres, en mayúsculas'],
  'structure/boolean': ['un booleanValue no es true ni false', 'escriba true o false'],
  'structure/duplicate-disposition': ['una disposición persistente nombra dos veces una palabra', 'nómbrela una vez'],
  'structure/duplicate-identifier': ['una lista nombra dos veces un identificador', 'nómbrelo una vez'],
  'structure/empty': ['un identificador está vacío', 'rellénelo o quítelo'],
  'structure/foreign-field': [
    'un campo pertenece a otro tipo de evento',
    'quítelo, o use el tipo de evento que lo tiene',
  ],
  'structure/hex': ['un hexBinaryValue no es hexadecimal', 'escriba pares de 0-9, A-F'],
  'structure/ilmd': ['un evento de objeto que no es ADD tiene ilmd', 'quítelo, o use ADD'],
  'structure/incomplete': [
    'a un elemento le falta otro que pide el esquema de su versión, aunque nada se pierde por ello',
    'añada el elemento, vacío si no hay nada que decir',
  ],
  'structure/json-type': [
    'un valor de sensor está escrito con otro tipo de JSON',
    'escriba los números y booleanos sin comillas, los demás con ellas',
  ],
  'structure/misplaced': [
    'un elemento está donde el esquema de su versión no tiene ninguno con ese nombre',
    'póngalo donde lo tiene el esquema, o escriba un documento de la versión que lo tiene',
  ],
  'structure/no-offset': [
    'una hora del documento no tiene desfase y se toma como UTC',
    'escríbala como 2026-01-31T13:45:00.000-05:00',
  ],
  'structure/not-a-uri': [
    'un identificador o una palabra no es un URI donde debe serlo',
    'escriba un URN de EPC, un Digital Link de GS1 o una palabra del CBV en la forma de la sintaxis',
  ],
  'structure/number': ['un valor de sensor no es un número', 'escriba un número decimal'],
  'structure/offset': ['eventTimeZoneOffset no es un desfase de hasta 14:00', 'escríbalo como -05:00'],
  'structure/order': ['los elementos no siguen el orden del esquema', 'escríbalos en el orden del esquema'],
  'structure/qualified': [
    'hay elementos dentro del documento que están en un espacio de nombres',
    'dé un prefijo al espacio de nombres y escriba con él solo el nombre del documento',
  ],
  'structure/quantity': ['una cantidad no es un número', 'escriba un número decimal'],
  'structure/quantity-count': [
    'una cantidad sin unidad cuenta objetos y no es entera',
    'añada uom, o corrija el recuento',
  ],
  'structure/quantity-negative': ['una cantidad es negativa', 'escriba cuánto o cuántos hay'],
  'structure/quantity-zero': ['una cantidad es cero', 'omita el elemento'],
  'structure/repeated': ['un elemento está dos veces donde cabe uno, y solo contaría el último', 'deje uno'],
  'structure/required': ['falta un campo que debe tener todo evento de este tipo', 'añádalo'],
  'structure/sbdh-namespace': [
    'el StandardBusinessDocumentHeader no está en su espacio de nombres',
    'declare xmlns:sbdh y escriba sbdh: delante de los nombres',
  ],
  'structure/schema-version': ['schemaVersion no es una versión', 'escriba 1.2 o 2.0'],
  'structure/sensor-time': ['un sensor informa de después del evento', 'corrija una de las horas'],
  'structure/sensor-type': ['un informe de sensor no dice qué mide', 'añada su tipo, como Temperature'],
  'structure/time': [
    'una hora de los datos de sensor no es fecha y hora con desfase',
    'escríbala como 2026-01-31T13:45:00.000-05:00',
  ],
  'structure/unknown-context': [
    'un contexto JSON-LD que no es el del estándar se nombra por su dirección, y esta no se consulta',
    'escriba el contexto del estándar y declare los demás prefijos en el propio @context',
  ],
  'structure/uom': [
    'una unidad no es un código de dos o tres mayúsculas y cifras, o está sin cantidad',
    'use un código UN/CEFACT como KGM, con una cantidad',
  ],
  'structure/urn-in-json': ['el JSON tiene una palabra del CBV en la forma de XML', 'escriba la palabra sola'],
  'structure/version-namespace': [
    'schemaVersion y el espacio de nombres del documento XML son de dos versiones',
    'corrija el que esté mal',
  ],

  'gs1/check-digit': [
    'el dígito de control de un identificador no concuerda con los demás',
    'un dígito está mal: compárelo con el original',
  ],
  'gs1/class-as-object': [
    'una clase (GTIN, o GTIN y lote) está en una lista de objetos sueltos',
    'nombre el objeto con su número de serie, o use una lista de cantidades',
  ],
  'gs1/country': ['un país no es un código de ISO 3166', 'escriba dos mayúsculas, como US'],
  'gs1/date': [
    'una fecha de los datos maestros no existe o no está escrita como AAAA-MM-DD',
    'escriba la fecha como AAAA-MM-DD',
  ],
  'gs1/expiry': [
    'una fecha de caducidad no existe o no está escrita como AAAA-MM-DD',
    'escriba la fecha como AAAA-MM-DD',
  ],
  'gs1/identifier': ['un identificador de GS1 tiene la forma equivocada', 'corrija el identificador'],
  'gs1/lot': [
    'un lote es demasiado largo, o tiene caracteres fuera del juego 82 de GS1',
    'un lote tiene de 1 a 20 caracteres de ese juego',
  ],
  'gs1/ndc': [
    'un código NDC tiene la forma equivocada',
    'escríbalo con guiones como 4-4-2, 5-3-2 o 5-4-1, o con once cifras',
  ],
  'gs1/ndc-gtin': ['un código NDC no es el que contiene el GTIN', 'corrija el NDC, o el id del elemento'],
  'gs1/object-as-class': [
    'un objeto suelto está donde debe ir una clase',
    'nombre la clase, o ponga el objeto entre los EPC',
  ],
  'gs1/transaction-id': [
    'el URN de una transacción comercial no contiene un GLN válido y un número',
    'escriba urn:epcglobal:cbv:bt:GLN:número',
  ],

  'cbv/deprecated-term': ['una palabra tiene ahora otro nombre', 'escriba el nombre nuevo'],
  'cbv/identifier-kind': [
    'un lugar, una parte o un documento comercial se nombra con una clave GS1 de otra clase',
    'use el identificador del propio lugar, parte o documento',
  ],
  'cbv/new-term': [
    'una palabra de CBV 2.0 está en un documento de EPCIS 1.x',
    'use una palabra de CBV 1.2, o envíe EPCIS 2.0',
  ],
  'cbv/unit': ['la unidad de un valor de sensor tiene la forma equivocada', 'use un código como CEL o KGM'],
  'cbv/unit-mismatch': ['la unidad de un valor de sensor no mide su propiedad', 'corrija la unidad o el tipo'],
  'cbv/unknown-term': [
    'una palabra suelta no está en el vocabulario de su campo',
    'use una del estándar, o un URI de su propio vocabulario',
  ],
  'cbv/wrong-vocabulary': [
    'un URI del CBV está en un campo de otro vocabulario, o en ninguna de sus listas',
    'use una palabra del vocabulario del campo',
  ],

  'dscsa/action': [
    'la acción no corresponde al paso',
    'dé de alta y empaquete con ADD, desempaquete y dé de baja con DELETE, envíe y reciba con OBSERVE',
  ],
  'dscsa/after-creation': ['un evento ocurrió después de crearse el documento', 'corrija eventTime o creationDate'],
  'dscsa/after-end': [
    'un evento nombra un objeto dado de baja, destruido o dispensado',
    'corrija el orden de los eventos, o el identificador',
  ],
  'dscsa/commissioned-twice': ['un objeto se da de alta por segunda vez', 'quite uno de los dos eventos'],
  'dscsa/delivery-missing': [
    'un evento de envío no nombra ningún aviso de expedición',
    'añada un bizTransaction de tipo desadv',
  ],
  'dscsa/drop-shipment': [
    'la marca de envío directo contradice al vendedor y al lugar',
    'corrija gs1ushc:dropShipment, o las partes',
  ],
  'dscsa/drop-shipment-missing': ['un evento de envío no dice si es un envío directo', 'añada gs1ushc:dropShipment'],
  'dscsa/ended-inside': ['la vida de un objeto acaba mientras está empaquetado en otro', 'desempaquételo primero'],
  'dscsa/expired': ['un lote está caducado', 'no lo venda ni lo dispense'],
  'dscsa/expiry-conflict': ['un objeto tiene dos fechas de caducidad', 'pregunte al fabricante cuál es la buena'],
  'dscsa/expiry-missing': ['un producto se da de alta sin fecha de caducidad', 'añada itemExpirationDate a ilmd'],
  'dscsa/future': ['un evento está en el futuro', 'corrija eventTime, o el reloj del sistema que lo escribió'],
  'dscsa/guideline': ['la cabecera no nombra la versión de la guía', 'añada gs1ushc:guidelineVersion'],
  'dscsa/legal-notice': ['la declaración de transacción no tiene aviso legal', 'añada gs1ushc:legalNotice'],
  'dscsa/location-missing': [
    'un evento de envío no dice de qué lugar sale o a cuál va',
    'añada location a sourceList y destinationList, sobre todo si no es la dirección del dueño',
  ],
  'dscsa/lot-conflict': ['un objeto tiene dos lotes', 'pregunte al fabricante cuál es el bueno'],
  'dscsa/lot-missing': ['un producto se da de alta sin lote', 'añada lotNumber a ilmd'],
  'dscsa/lot-two-dates': [
    'un lote de un producto tiene dos fechas de caducidad',
    'pregunte al fabricante cuál es la buena',
  ],
  'dscsa/markup': ['los datos maestros contienen marcas de formato', 'escriba texto sencillo'],
  'dscsa/no-children': [
    'un contenedor se empaqueta o se envía sin nada dentro',
    'nombre lo que contiene, o envíe los eventos de empaquetado',
  ],
  'dscsa/not-commissioned': [
    'se usa un envase o una caja que el documento, que da de alta otros, no da de alta',
    'envíe su evento de alta con lote y caducidad',
  ],
  'dscsa/not-in-parent': [
    'un objeto se desempaqueta de un contenedor en el que nadie lo puso',
    'corrija parentID o childEPCs, o envíe el evento de empaquetado',
  ],
  'dscsa/nothing-commissioned': [
    'se envía mercancía y el documento no da de alta ninguna',
    'envíe también los eventos de alta, salvo que el receptor ya los tenga',
  ],
  'dscsa/null': ['un valor que falta está escrito con la palabra null', 'ponga el valor, u omita el campo'],
  'dscsa/null-item': ['el identificador de una unidad acaba en la palabra null', 'escriba el número de la unidad'],
  'dscsa/old-namespace': [
    'el lote o la caducidad está en el espacio de nombres de la guía 1.1',
    'escriba cbvmda:lotNumber y cbvmda:itemExpirationDate, como desde la guía 1.2',
  ],
  'dscsa/old-version': ['un documento de envío es de EPCIS 1.1', 'envíe EPCIS 1.2'],
  'dscsa/order-missing': ['un evento de envío no nombra ningún pedido', 'añada un bizTransaction de tipo po'],
  'dscsa/own-parent': ['un objeto se empaqueta en sí mismo, o en algo que él contiene', 'corrija parentID o childEPCs'],
  'dscsa/packed-after-shipped': [
    'un objeto se empaqueta después de enviarse',
    'ordene los eventos: alta, empaquetado, envío',
  ],
  'dscsa/packed-before-commissioned': [
    'un objeto se empaqueta antes de darse de alta',
    'ordene los eventos: alta, empaquetado, envío',
  ],
  'dscsa/packed-twice': ['un objeto se empaqueta dos veces en el mismo contenedor', 'quite uno de los dos eventos'],
  'dscsa/party-extension': ['una parte se nombra con un GLN con extensión', 'nombre la parte solo con su GLN'],
  'dscsa/party-missing': [
    'un evento de envío no dice de quién sale o a quién va',
    'añada owning_party a sourceList y destinationList',
  ],
  'dscsa/place-attribute': [
    'a los datos maestros de un lugar les falta parte del nombre o de la dirección',
    'añada el atributo',
  ],
  'dscsa/place-master-data': [
    'un lugar o una parte no tiene datos maestros',
    'añada un elemento Location con nombre y dirección',
  ],
  'dscsa/product-attribute': ['a los datos maestros de un producto les falta un atributo', 'añada el atributo'],
  'dscsa/product-master-data': [
    'un producto no tiene datos maestros',
    'añada un elemento EPCClass con NDC, nombre, fabricante, forma, dosis y contenido',
  ],
  'dscsa/product-two-names': ['un GTIN tiene dos nombres', 'deje uno'],
  'dscsa/quantity-mismatch': [
    'el recuento de un producto en un evento no es el número de series que nombra',
    'corrija el recuento, u omita la cantidad',
  ],
  'dscsa/received-before-shipped': [
    'un objeto se recibe antes de enviarse',
    'ordene los eventos: alta, empaquetado, envío, recepción',
  ],
  'dscsa/receiver-owner': [
    'el receptor del documento no es el comprador de su mercancía',
    'corrija uno de los dos, salvo que otro reciba en nombre del comprador',
  ],
  'dscsa/repeated-event': ['un evento está dos veces', 'quite uno de los dos'],
  'dscsa/sender-owner': [
    'el remitente del documento no es el vendedor de su mercancía',
    'corrija uno de los dos, salvo que otro envíe en nombre del vendedor',
  ],
  'dscsa/sender-receiver': ['la cabecera no nombra remitente y receptor', 'añada un StandardBusinessDocumentHeader'],
  'dscsa/shipped-before-commissioned': [
    'un objeto se envía antes de darse de alta',
    'ordene los eventos: alta, empaquetado, envío',
  ],
  'dscsa/shipped-packed': [
    'un objeto se envía por sí solo mientras está empaquetado en otro',
    'desempaquételo primero, o envíe solo el contenedor exterior',
  ],
  'dscsa/shipped-twice': [
    'un objeto se envía dos veces sin recibirse',
    'quite uno de los dos eventos, o anule el primero',
  ],
  'dscsa/sscc-lot': [
    'una unidad logística tiene lote o caducidad',
    'omita ilmd: un SSCC no tiene ni lo uno ni lo otro',
  ],
  'dscsa/sscc-not-commissioned': [
    'se usa una unidad logística que el documento, que da de alta mercancía, no da de alta',
    'envíe su evento de alta',
  ],
  'dscsa/statement-missing': [
    'un documento de envío no tiene declaración de transacción',
    'añada gs1ushc:dscsaTransactionStatement a la cabecera',
  ],
  'dscsa/statement-not-affirmed': [
    'la declaración de transacción no está afirmada',
    'escriba true en gs1ushc:affirmTransactionStatement',
  ],
  'dscsa/time-order': [
    'un evento está detrás de otro del mismo objeto y ocurrió antes',
    'ordene los eventos por hora, o corrija eventTime',
  ],
  'dscsa/too-deep': [
    'los objetos están empaquetados unos en otros a demasiada profundidad',
    'corrija parentID o childEPCs',
  ],
  'dscsa/too-many': [
    'el documento nombra más productos, lugares o lotes de los que se recuerdan',
    'envíelo en varios documentos',
  ],
  'dscsa/transaction-missing': [
    'un evento de envío no nombra pedido, entrega ni factura',
    'añada un bizTransaction de tipo po o desadv',
  ],
  'dscsa/two-parents': [
    'un objeto se empaqueta en un segundo contenedor sin desempaquetarse',
    'desempaquételo primero (DELETE), o corrija parentID',
  ],
  'dscsa/unpacked-elsewhere': [
    'un objeto se desempaqueta de un contenedor mientras está en otro',
    'corrija parentID o childEPCs',
  ],
  'dscsa/version': [
    'un documento de envío dice ser de EPCIS 1.0, que no puede contener lo que debe decir la TI',
    'envíe EPCIS 1.2',
  ],
  'dscsa/void-not-shipped': [
    'se anula un envío que el documento no tiene',
    'ordene los eventos, o corrija el identificador',
  ],
}
