package traceview

import (
	"bytes"
	"crypto/hpke"
	"errors"
	"fmt"
	"slices"

	"pedigree/proof"
)

// ShipmentSuffix ends the names of shipment files.
const ShipmentSuffix = ".shipment"

// shipmentVersion is the one version of the file that exists.
const shipmentVersion = 1

// ShipmentHead is the part of a shipment file that anybody may read. The sealed
// part is bound to it.
type ShipmentHead struct {
	ChainID string
	From    string // organisation that ships
	KeyID   uint64 // of its key that signed the file
	To      string // organisation that can open it
	ID      proof.Hash
}

const shipmentFields = 10

// appendHead appends [tag, version, chain, from, key id, to, id, [recipient,
// encapsulated key], which is what the sealed bytes are bound to.
func (h ShipmentHead) appendHead(b []byte, s sealHead) []byte {
	b = proof.AppendText(proof.AppendArray(b, shipmentFields), proof.TagShipment)
	b = proof.AppendText(proof.AppendUint(b, shipmentVersion), h.ChainID)
	b = proof.AppendUint(proof.AppendText(b, h.From), h.KeyID)
	b = proof.AppendBytes(proof.AppendText(b, h.To), h.ID[:])
	return proof.AppendBytes(proof.AppendBytes(proof.AppendArray(b, 2), s.Recipient[:]), s.Enc)
}

// sealShipment seals and signs content. The signature covers every byte before it.
func sealShipment(h ShipmentHead, public, content []byte, sign func(proof.Hash) (proof.Signature, error)) ([]byte, error) {
	head, sender, err := seal(public)
	if err != nil {
		return nil, err
	}
	aad := h.appendHead(nil, head)
	sealed, err := sender.Seal(aad, content)
	if err != nil {
		return nil, fmt.Errorf("couldn't seal the shipment: %w", err)
	}
	if len(aad)+len(sealed) > ShipmentSizeMax-256 {
		return nil, fmt.Errorf("couldn't write the shipment: it has %d bytes where at most %d are allowed; ship fewer items at a time", len(aad)+len(sealed), ShipmentSizeMax)
	}
	file := proof.AppendBytes(slices.Grow(aad, len(sealed)+sealedSlack), sealed)
	sig, err := sign(proof.TaggedHash(proof.TagShipment, file))
	if err != nil {
		return nil, fmt.Errorf("couldn't sign the shipment: %w", err)
	}
	return proof.AppendBytes(file, sig[:]), nil
}

// signedShipment is a shipment file as read, not yet verified.
type signedShipment struct {
	ShipmentHead
	seal      sealHead
	sealed    []byte
	aad       []byte // the bytes that the sealed part is bound to
	message   proof.Hash
	signature proof.Signature
}

// openShipmentFile reads the outside of a shipment file.
func openShipmentFile(raw []byte) (signedShipment, error) {
	var s signedShipment
	if len(raw) > ShipmentSizeMax {
		return s, fmt.Errorf("couldn't read the shipment file: it has %d bytes where at most %d are allowed", len(raw), ShipmentSizeMax)
	}
	r := proof.NewReader(raw)
	r.ArrayOf(shipmentFields)
	if tag := r.Text(32); r.Err() == nil && tag != proof.TagShipment {
		r.Refuse("is %q, not a shipment", tag)
	}
	if v := r.Uint(); r.Err() == nil && v != shipmentVersion {
		r.Refuse("is a shipment of version %d; version %d is the only one known: update this program", v, shipmentVersion)
	}
	s.ChainID = r.Text(proof.ChainIDMax)
	s.From, s.KeyID = r.Text(proof.OrgIDMax), r.Uint()
	s.To, s.ID = r.Text(proof.OrgIDMax), r.Hash()
	r.ArrayOf(2)
	s.seal = sealHead{Recipient: r.Hash(), Enc: r.Bytes(SealEncSizeMax)}
	s.aad = raw[:r.Offset()]
	s.sealed = r.Bytes(ShipmentSizeMax)
	signed := r.Offset()
	s.signature = r.Signature()
	if err := r.Done(); err != nil {
		return signedShipment{}, fmt.Errorf("couldn't read the shipment file: %w; it is damaged or no shipment: ask the sender to send it again", err)
	}
	s.message = proof.TaggedHash(proof.TagShipment, raw[:signed])
	return s, nil
}

// verify checks the sender's signature.
func (s signedShipment) verify(key proof.Key) error {
	if !proof.VerifySignature(key, s.message, s.signature) {
		return fmt.Errorf("the shipment file is not signed with key %d of %s: it was changed on the way, or somebody else made it; ask the sender to send it again", s.KeyID, s.From)
	}
	return nil
}

// open unseals the content.
func (s signedShipment) open(private hpke.PrivateKey) (Content, error) {
	plain, err := unseal(private, s.seal, s.aad, s.sealed)
	if err != nil {
		return Content{}, fmt.Errorf("couldn't open the shipment from %s: %w", s.From, err)
	}
	return DecodeContent(plain)
}

// Content is the sealed part of a shipment.
type Content struct {
	Documents []Document
	Hashes    []proof.Hash // of the first document's events, in its order
	MemoSalt  proof.Hash
	Deadline  uint64 // Unix seconds of block time
	Return    bool
	Origins   []OriginOpening
	Goods     []Goods
	Offers    []Offer // one for each of Goods
}

// Document is a file that travels with the goods.
type Document struct {
	Name, MediaType string
	Bytes           []byte
}

// Offer is how a top-level record was offered: to which of the receiver's keys,
// and to which key of the sender refused items go.
type Offer struct {
	Owner  proof.Key // zero when title stays
	Holder proof.Key // zero when custody stays
	Back   proof.Key
}

// MemoRoot is the root over the events' hashes.
func (c Content) MemoRoot() proof.Hash { return memoRoot(c.Hashes) }

func memoRoot(hashes []proof.Hash) proof.Hash {
	leaves := make([]proof.Hash, len(hashes))
	for i := range hashes {
		leaves[i] = proof.TreeLeaf(hashes[i][:])
	}
	return proof.TreeRoot(leaves)
}

const contentFields = 9

// Encode returns [1, [[name, media type, bytes], ...], hashes, memo salt,
// deadline, return, origins, goods, [[owner, holder, back], ...]].
func (c Content) Encode() ([]byte, error) {
	size := 1 << 10
	for _, d := range c.Documents {
		size += len(d.Bytes) + len(d.Bytes)/8 // and about what the goods of it take
	}
	return c.appendTo(make([]byte, 0, size+len(c.Hashes)*proof.HashSize))
}

// appendTo encodes into what is there, so that a large document is copied once.
func (c Content) appendTo(b []byte) ([]byte, error) {
	b = proof.AppendUint(proof.AppendArray(b, contentFields), 1)
	b = proof.AppendArray(b, len(c.Documents))
	for _, d := range c.Documents {
		b = proof.AppendText(proof.AppendText(proof.AppendArray(b, 3), d.Name), d.MediaType)
		b = proof.AppendBytes(b, d.Bytes)
	}
	flat := make([]byte, 0, len(c.Hashes)*proof.HashSize)
	for _, h := range c.Hashes {
		flat = append(flat, h[:]...)
	}
	b = proof.AppendBytes(proof.AppendBytes(b, flat), c.MemoSalt[:])
	b = proof.AppendBool(proof.AppendUint(b, c.Deadline), c.Return)
	b = appendOrigins(b, c.Origins)
	b, err := newGoodsWriter(c.Origins).append(b, c.Goods)
	if err != nil {
		return nil, err
	}
	b = proof.AppendArray(b, len(c.Offers))
	for _, o := range c.Offers {
		b = proof.AppendKey(proof.AppendKey(proof.AppendKey(proof.AppendArray(b, 3), o.Owner), o.Holder), o.Back)
	}
	return b, nil
}

// DecodeContent reads what Encode wrote and derives the salts and seeds below
// the records.
func DecodeContent(raw []byte) (Content, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(contentFields)
	if v := r.Uint(); r.Err() == nil && v != 1 {
		r.Refuse("is a shipment's content of version %d; version 1 is the only one known: update this program", v)
	}
	var c Content
	for n := r.Array(ShipmentDocsMax); n > 0 && r.Err() == nil; n-- {
		r.ArrayOf(3)
		c.Documents = append(c.Documents, Document{Name: r.Text(DocumentNameMax), MediaType: r.Text(MediaTypeMax), Bytes: r.Bytes(ShipmentSizeMax)})
	}
	flat := r.Bytes(ShipmentEventsMax * proof.HashSize)
	if len(flat)%proof.HashSize != 0 {
		r.Refuse("has event hashes of %d bytes together", len(flat))
	}
	for i := 0; r.Err() == nil && i < len(flat); i += proof.HashSize {
		c.Hashes = append(c.Hashes, proof.Hash(flat[i:i+proof.HashSize]))
	}
	c.MemoSalt, c.Deadline, c.Return = r.Hash(), r.Uint(), r.Bool()
	c.Origins = readOrigins(r)
	c.Goods = (&goodsReader{r: r, origins: c.Origins}).read()
	for n := r.Array(ShipmentItemsMax); n > 0 && r.Err() == nil; n-- {
		r.ArrayOf(3)
		c.Offers = append(c.Offers, Offer{Owner: r.KeyOrNull(), Holder: r.KeyOrNull(), Back: r.Key()})
	}
	if r.Err() == nil && len(c.Offers) != len(c.Goods) {
		r.Refuse("has %d offers for %d records", len(c.Offers), len(c.Goods))
	}
	if err := r.Done(); err != nil {
		return Content{}, fmt.Errorf("couldn't read the shipment's content: %w", err)
	}
	if err := c.checkEncoding(raw); err != nil {
		return Content{}, err
	}
	for i := range c.Goods {
		if err := c.Goods[i].derive(); err != nil {
			return Content{}, err
		}
	}
	return c, nil
}

// checkEncoding refuses a content that has more than one encoding.
func (c Content) checkEncoding(raw []byte) error {
	again, err := c.appendTo(make([]byte, 0, len(raw)))
	if err == nil && !bytes.Equal(again, raw) {
		err = errors.New("it is not in its one encoding")
	}
	if err != nil {
		return fmt.Errorf("couldn't read the shipment's content: %w: %w", proof.ErrCBOR, err)
	}
	return nil
}
