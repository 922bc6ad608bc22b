//! Portuguese.

use super::Mine;

pub(super) static WORDS: Mine = Mine {
    delete_title: "Excluir a minha conta",
    delete_now: "Você é {name} aqui. Quando apertar o botão, acontece isto:",
    delete_account: "Você sai de todos os lugares (sessões: {sessions}) e os seus tokens não valem mais (tokens: {tokens}). A sua senha e o seu endereço de e-mail são excluídos, e outros podem ter o seu nome.",
    delete_messages: "O que você escreveu fica, ao lado de “deleted person” em vez do seu nome.",
    delete_channels: "Você sai de todos os canais. Um que é seu passa a quem está nele há mais tempo e cuida dele; onde não há mais ninguém, é fechado.",
    delete_groups: "Você sai de todos os grupos. Onde só você administrava, passa a administrar quem está há mais tempo; onde não há mais ninguém, o grupo é excluído.",
    delete_namespaces: "Os seus namespaces são excluídos com tudo o que há abaixo deles, e você sai dos de outros.",
    delete_invitations: "Os convites que você fez não deixam mais ninguém entrar; o que lhe foi oferecido e o que você pediu termina.",
    delete_rest: "Os seus bloqueios, as suas chaves de coros e o seu link do Discord são excluídos.",
    delete_kept: "Quem convidou quem continua conhecido, sem o seu nome. O registro de atos guarda o que diz pelo seu tempo.",
    delete_final: "Isso não pode ser desfeito.",
    password: "A sua senha",
    password_missing: "Digite a sua senha, para que mais ninguém exclua a sua conta.",
    password_wrong: "Esta não é a sua senha.",
    delete_button: "Excluir a minha conta para sempre",
    back: "Voltar às configurações",
    not_deleted: "Nada foi excluído.",
    last: "Nada foi excluído: ninguém mais cuida deste lugar. Dê primeiro todos os direitos a outra pessoa.",
    deleted_title: "A sua conta foi excluída",
    deleted_text: "Você saiu de todos os lugares. O que resta de você em outras partes deste lugar some em segundos.",
    deleted_home: "À primeira página",
};
