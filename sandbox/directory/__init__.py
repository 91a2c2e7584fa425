"""A real Active Directory domain controller, Samba's, that lives in one folder and answers on one loopback address.

``configuration`` writes its smb.conf, ``certificates`` the sandbox's own CA, ``provision`` makes the domain,
``populate`` fills it (inside Samba's own Python), ``readiness`` says when it answers.
"""
