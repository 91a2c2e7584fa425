"""Synthetic names for the seed: drawn from many languages, belonging to nobody."""

from __future__ import annotations

FIRST_NAMES = (
    "Adaeze", "Agnès", "Aino", "Alma", "Amir", "Anouk", "Arjun", "Astrid", "Bartosz", "Beatriz",
    "Benedikt", "Björn", "Camille", "Chidi", "Clémence", "Daan", "Dalia", "Darragh", "Édouard", "Eero",
    "Elif", "Émile", "Esra", "Fatoumata", "Femke", "Florian", "François", "Freya", "Gáspár", "Gökçe",
    "Håkon", "Helmi", "Ilse", "Inés", "Ingrid", "Ioana", "Iñaki", "Jagoda", "Joaquín", "Jonas",
    "Kaito", "Katarína", "Kofi", "Laszlo", "Léa", "Linnéa", "Ľudmila", "Mael", "Małgorzata", "Matteo",
    "Mireille", "Mørk", "Nadia", "Niamh", "Noémie", "Olena", "Ömer", "Pádraig", "Pavla", "Quentin",
    "Rafaël", "Rania", "Renée", "Rūta", "Saoirse", "Şebnem", "Sigurður", "Sofía", "Tadeáš", "Tariq",
    "Thiago", "Tjorven", "Ursula", "Vojtěch", "Wangari", "Wiebke", "Xenia", "Yasmin", "Yusuf", "Zsófia",
)  # fmt: skip

SURNAMES = (
    "Abara", "Åkerström", "Almqvist", "Andrade", "Aydın", "Bakker", "Balogh", "Baumgärtner", "Beaumont",
    "Bélanger", "Blažek", "Bouchard", "Brandão", "Çakır", "Castellanos", "Chukwu", "Côté", "Dąbek", "Delacroix",
    "Dvořáček", "Eriksen", "Fagerholm", "Fernandes", "Fjellstad", "Gałązka", "Gonçalves", "Grünewald", "Hägg",
    "Haraldsson", "Horváth", "Iglesias", "Ivanova", "Jablonský", "Jørgensen", "Kaplan", "Kılıç", "Köhler",
    "Kovačević", "Krüger", "Lachance", "Laitinen", "Lindqvist", "Lopes", "Mäkelä", "Marchetti", "Mbeki",
    "Mészáros", "Moreau", "Müller", "Nakamura", "Ndiaye", "Nováková", "Núñez", "Okafor", "Olofsson", "Pedersen",
    "Petrauskas", "Popescu", "Quiroga", "Rasmussen", "Reißner", "Ribeiro", "Rossi", "Sánchez", "Schäfer",
    "Sjöberg", "Škoda", "Szabó", "Tremblay", "Ünal", "Urbánek", "Vaňková", "Verhoeven", "Vidal", "Wójcik",
    "Weiß", "Xu", "Yıldız", "Zając", "Žukauskas",
)  # fmt: skip

TITLES = (
    "Administrator", "Analyst", "Assistant", "Consultant", "Coordinator", "Engineer", "Officer", "Planner",
    "Specialist", "Technician",
)  # fmt: skip

EMPLOYEE_TYPES = ("Permanent", "Permanent", "Permanent", "Fixed term", "Contractor")
