//! Portuguese.

use super::Admin;

pub(super) static WORDS: Admin = Admin {
    title: "Cuidar deste lugar",
    people: "Pessoas",
    people_text: "Encontrar alguém, bloquear e desbloquear, encerrar sessões, criar um link para outra senha.",
    audit: "Registro de atos",
    audit_text: "Quem fez o quê a quem, quando, de onde e por quê.",
    invitations: "Meus convites",
    invitations_text: "O que você criou, quem veio, e como retirar.",
    site: "Este lugar",
    name: "Nome",
    welcome: "Boas-vindas",
    none: "nada foi dito",
    site_text: "São configurações (site.name, site.welcome, site.accent): quem mantém este lugar as muda na configuração.",
    health: "Saúde",
    health_text: "Do serviço de contas, como ele mesmo diz.",
    good: "bem",
    bad: "com defeito: o registro diz por quê",
    version: "Versão",
    database: "Banco de dados",
    signing_key: "Chave de assinatura",
    settings: "Configurações em vigor",
    settings_text: "As deste processo, como `latchkey config` as mostra; segredos ficam ocultos.",
};
