package device

// SetPort gives d a port, which terminals do not have.
func (d *LP) SetPort(ask func() (byte, error)) { d.port = port{ask: ask, able: true} }
