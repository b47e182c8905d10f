// A lot of packs that a node's own organisation made, to be scanned.
export const day = (years) => new Date(Date.now() + years * 365 * 86_400_000).toISOString().slice(0, 10)

export const gtin = '00399991123455' // 0399991.012345 with indicator 0
export const lot = 'LOT-7A'
export const serial = (n) => String(100000000000 + n)
export const path = (n) => `/01/${gtin}/21/${serial(n)}`

// manufacturer is what init needs for an organisation that may make them.
export const manufacturer = ['--gln', '0399991000015', '--licence', `manufacturer:US:TEST-1:${day(-1)}:${day(1)}`]

// make commissions packs 1 to n.
export async function make(node, n) {
  const id = 'urn:epc:id:sgln:0399991.00001.0'
  const body = {
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument', schemaVersion: '2.0', creationDate: new Date().toISOString(),
    epcisBody: { eventList: [{
      type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', disposition: 'active',
      eventTime: new Date(Date.now() - 60_000).toISOString(), eventTimeZoneOffset: '+00:00',
      epcList: Array.from({ length: n }, (_, i) => `urn:epc:id:sgtin:0399991.012345.${serial(i + 1)}`),
      readPoint: { id }, bizLocation: { id }, ilmd: { 'cbvmda:lotNumber': lot, 'cbvmda:itemExpirationDate': day(2) },
    }] },
  }
  await capture(node, body)
}

// capture gives a node an EPCIS document.
export async function capture(node, body) {
  const res = await fetch(`http://127.0.0.1:${node.port}/api/v1/captures?name=lot.jsonld`, {
    method: 'POST', headers: { Authorization: `Bearer ${node.token}`, 'Content-Type': 'application/octet-stream' }, body: JSON.stringify(body),
  })
  if (res.status !== 200) throw new Error(`the lot is answered ${res.status}: ${await res.text()}`)
}
