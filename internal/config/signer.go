package config

func (s Signer) validate(p *problems) {
	used := s.Addr != "" || s.Listen != ""
	p.add("signer", s.Addr == "" || s.Listen == "", "addr and listen together: a node has addr, the host that signs for it has listen")
	if s.Addr != "" {
		p.address("signer.addr", s.Addr, mustNameHost)
	}
	if s.Listen != "" {
		p.address("signer.listen", s.Listen, mayBeAnyHost)
	}
	p.add("signer.key", used == (s.Key != "") && (!used || isDigits(s.Key, channelKeyDigits)),
		"%q: give the other end's channel key, %d hexadecimal digits in lower case, with addr or listen, and none without", s.Key, channelKeyDigits)
	p.add("signer.consensus", (s.Addr != "") == (s.Consensus != "") && (s.Addr == "" || isDigits(s.Consensus, consensusKeyDigits)),
		"%q: give the consensus key that signs there, %d hexadecimal digits in lower case, with addr, and none without", s.Consensus, consensusKeyDigits)
}
